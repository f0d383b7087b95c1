INSERT INTO alerts
    (id, user_id, name, condition_type, condition_json, mode, no_data, severity, message_template, notify_inapp, notify_email, channels,
     cooldown_seconds, side_known, is_active, rule_version, row_version, created_at, updated_at)
VALUES
    (@Id, @UserId, @Name, @ConditionType, @ConditionJson, @Mode, @NoData, @Severity, @MessageTemplate, @NotifyInapp, @NotifyEmail, @Channels,
     @CooldownSeconds, @SideKnown, @IsActive, @RuleVersion, @RowVersion, @CreatedAt, @UpdatedAt)
