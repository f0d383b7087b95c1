UPDATE alerts
SET latched = r.value ->> 'latched', side_known = r.value ->> 'side_known', pending = r.value ->> 'pending', stale = r.value ->> 'stale',
    recheck = r.value ->> 'recheck', last_fired_at = r.value ->> 'last_fired_at', cooldown_until = r.value ->> 'cooldown_until',
    wake_at = r.value ->> 'wake_at'
FROM json_each(@rows) AS r
WHERE alerts.id = r.value ->> 'id'
