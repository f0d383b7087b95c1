-- SQLite has one writer: the transaction itself is the lock.
SELECT id FROM users WHERE role = 'ADMIN' AND is_active ORDER BY id
