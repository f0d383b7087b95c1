-- Where a stream begins that has seen nothing: at the oldest transaction still running, without what this snapshot sees.
SELECT pg_snapshot_xmin(snapshot)::text::bigint AS position, snapshot::text AS seen FROM pg_current_snapshot() AS snapshot
