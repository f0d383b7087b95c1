INSERT INTO alert_versions (alert_id, row_version, rule_version, alert_json, changed_at, changed_by)
VALUES (@alertId, @RowVersion, @RuleVersion, @alertJson, @now, @changedBy)
