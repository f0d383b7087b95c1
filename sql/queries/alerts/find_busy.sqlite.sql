-- None: no ingest runs beside a transaction that writes.
SELECT value AS alert_id FROM json_each(@ids) WHERE false
