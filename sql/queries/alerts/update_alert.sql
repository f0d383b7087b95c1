UPDATE alerts
SET name = @Name, condition_type = @ConditionType, condition_json = @ConditionJson, mode = @Mode, no_data = @NoData, severity = @Severity,
    message_template = @MessageTemplate, notify_inapp = @NotifyInapp, notify_email = @NotifyEmail, channels = @Channels,
    cooldown_seconds = @CooldownSeconds, cooldown_until = @CooldownUntil, latched = @Latched, side_known = @SideKnown, pending = @Pending,
    stale = @Stale, recheck = @Recheck, wake_at = @WakeAt, is_active = @IsActive, rule_version = @RuleVersion, row_version = @RowVersion,
    updated_at = @UpdatedAt
WHERE id = @Id
