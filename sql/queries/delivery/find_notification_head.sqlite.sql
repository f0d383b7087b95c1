SELECT coalesce(max(seq), 0) AS position, '' AS seen FROM notifications
