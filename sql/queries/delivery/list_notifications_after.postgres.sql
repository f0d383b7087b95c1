-- Below the oldest running transaction nothing can be committed any more, so no row can appear before one that was read.
SELECT id, alert_id, message, delivered_at, read_at, created_at, xid::text::bigint AS position
FROM notifications
WHERE user_id = @userId AND (xid, id) > (@position::text::xid8, @id) AND xid < pg_snapshot_xmin(pg_current_snapshot())
    AND NOT pg_visible_in_snapshot(xid, @seen::pg_snapshot) AND deleted_at IS NULL
ORDER BY xid, id
LIMIT @limit
