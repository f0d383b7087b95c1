UPDATE runs SET status = 'failed', ended_at = @now, failure_json = @failureJson WHERE status = 'running' AND silo = @silo
