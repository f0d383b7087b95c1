SELECT DISTINCT silo FROM runs WHERE status = 'running' AND started_at < @startedBefore
