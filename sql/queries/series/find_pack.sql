-- One statement, so that date and tick belong to one snapshot. Only a series that goes on after @Asof needs a look at its observations,
-- and that is one step into the primary key. Revisions never remove a date, so any revision proves it.
SELECT max(CASE
           WHEN s.newest_date <= @Asof THEN s.newest_date
           ELSE (SELECT max(o.date) FROM observations o WHERE o.series_id = s.id AND o.date <= @Asof)
       END) AS date,
       (SELECT c.tick FROM tick_counter c WHERE c.id = 1) AS tick
FROM series s
WHERE s.first_date <= @Asof
