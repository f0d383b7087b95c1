using System.Text;
using System.Text.Json;

namespace DawsOS.Patterns;

/// <summary>Where in a file its members and items are; made only when there is a fault to tell.</summary>
internal sealed class JsonPositions
{
    private readonly byte[] _json;
    private readonly Dictionary<string, (int Key, int Value)> _places = new(StringComparer.Ordinal);
    private readonly List<(string Pointer, int Key)> _twice = [];

    /// <summary>Reads as far as the file is JSON.</summary>
    public JsonPositions(byte[] json)
    {
        _json = json;
        var start = json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(json.AsSpan(start), new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            Scan(ref reader, start);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader of the definition reports it; what was seen before it has its place.
        }
    }

    /// <summary>Members whose name was there before in their object.</summary>
    public IReadOnlyList<(string Pointer, int Key)> Twice => _twice;

    /// <summary>Line and column of a pointer, or of the nearest thing around it that is there.</summary>
    /// <param name="pointer">RFC 6901.</param>
    /// <param name="ofKey">The member's name instead of its value.</param>
    public (int Line, int Column) Of(string pointer, bool ofKey)
    {
        for (var at = pointer; ; at = at[..at.LastIndexOf('/')])
        {
            if (_places.TryGetValue(at, out var place))
            {
                return Place(ofKey && at.Length == pointer.Length && place.Key >= 0 ? place.Key : place.Value);
            }
            if (at.Length == 0)
            {
                return (1, 1);
            }
        }
    }

    public (int Line, int Column) Place(int offset)
    {
        var before = _json.AsSpan(0, Math.Min(offset, _json.Length));
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        // A byte order mark is no character of the first line.
        var skip = lineStart == 0 && before.StartsWith("\uFEFF"u8) ? 3 : 0;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(lineStart + skip)..]) + 1);
    }

    private void Scan(ref Utf8JsonReader reader, int start)
    {
        // The way down: an object has the names it has shown, an array the index it is at.
        var stack = new Stack<(string Pointer, HashSet<string>? Names, int Index)>();
        var pointer = "";
        var key = -1;
        while (reader.Read())
        {
            var offset = start + (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    var name = reader.GetString()!;
                    pointer = JsonPointer.Down(stack.Peek().Pointer, name);
                    key = offset;
                    if (!stack.Peek().Names!.Add(name))
                    {
                        _twice.Add((pointer, key));
                    }
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    stack.Pop();
                    continue;
            }
            if (key < 0 && stack.TryPop(out var array))
            {
                pointer = $"{array.Pointer}/{array.Index}";
                stack.Push(array with { Index = array.Index + 1 });
            }
            _places.TryAdd(pointer, (key, offset));
            key = -1;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                stack.Push((pointer, reader.TokenType == JsonTokenType.StartObject ? new(StringComparer.Ordinal) : null, 0));
            }
        }
    }
}
