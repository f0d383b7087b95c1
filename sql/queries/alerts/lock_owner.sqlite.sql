-- The transaction has the only write lock there is.
SELECT 1
