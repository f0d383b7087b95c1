using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Canonical;

namespace DawsOS.Http;

/// <summary>How JSON looks on the wire: snake_case, decimals without loss, instants in UTC.</summary>
internal static class JsonSetup
{
    public static readonly JsonSerializerOptions Options = Configure(
        // Bodies are looked at by their type's metadata before anything is read, so the resolver must be there from the start.
        new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 64;
        // JSON only, never embedded in a page: text stays readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new WireDecimalConverter());
        options.Converters.Add(new WireInstantConverter());
        return options;
    }

    /// <summary>A number that decimal cannot hold exactly: 422, not 400.</summary>
    public sealed class InexactNumberException() : JsonException($"The number cannot be held exactly: at most {ExactDecimal.Limits}.");

    // Without an offset the framework would take the server's local time.
    private sealed class WireInstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 16 } text && (text[^1] == 'Z' || text[^6] is '+' or '-')
                && reader.TryGetDateTimeOffset(out var instant)
                ? instant.ToUniversalTime()
                : throw new JsonException("Expected an instant with its offset.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }

    private sealed class WireDecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.Number)
            {
                throw new JsonException("Expected a number.");
            }
            var bytes = reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan;
            return ExactDecimal.TryParse(System.Text.Encoding.ASCII.GetString(bytes), out var value) ? value : throw new InexactNumberException();
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(ExactDecimal.Trim(value));
    }
}
