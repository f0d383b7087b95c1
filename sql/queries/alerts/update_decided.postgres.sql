UPDATE alerts a
SET latched = r.latched, side_known = r.side_known, pending = r.pending, stale = r.stale, recheck = r.recheck, last_fired_at = r.last_fired_at,
    cooldown_until = r.cooldown_until, wake_at = r.wake_at
FROM json_to_recordset(@rows::json) AS r
    (id uuid, latched boolean, side_known boolean, pending boolean, stale boolean, recheck boolean, last_fired_at timestamptz,
     cooldown_until timestamptz, wake_at timestamptz)
WHERE a.id = r.id
