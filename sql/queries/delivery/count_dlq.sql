SELECT count(*)
FROM alert_dlq
WHERE (@status = '' OR status = @status) AND (@channel = '' OR channel = @channel) AND (@class = '' OR class = @class)
