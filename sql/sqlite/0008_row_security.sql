-- SQLite has neither roles nor row-level security: the file belongs to this one process.
SELECT 1;
