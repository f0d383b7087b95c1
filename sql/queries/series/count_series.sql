SELECT count(*) FROM series WHERE newest_date IS NOT NULL
