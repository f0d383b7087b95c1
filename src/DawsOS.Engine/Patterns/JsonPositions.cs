using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DawsOS.Patterns;

/// <summary>
/// Where in a file its members and items are; made only when there is a fault to tell. Values are kept in the order of the file with the end of
/// each, and no pointer is stored: long names around many values would otherwise cost gigabytes.
/// </summary>
internal sealed class JsonPositions
{
    private readonly byte[] _json;
    private readonly List<Node> _nodes = [];
    private readonly List<int> _twice = [];

    /// <summary>Reads as far as the file is JSON.</summary>
    /// <param name="json">Texts in it are Unicode: see <see cref="UnfitValues"/>.</param>
    public JsonPositions(byte[] json)
    {
        _json = json;
        var open = new Stack<(int Node, HashSet<string>? Names, int Count)>();
        try
        {
            Scan(open);
        }
        catch (JsonException)
        {
            // The reader of the definition reports it; what was seen before it has its place.
        }
        foreach (var (node, _, _) in open)
        {
            Close(node);
        }
    }

    /// <summary>Members whose name was there before in their object.</summary>
    public IEnumerable<(string Pointer, int Offset)> Twice => _twice.Where(node => node < _nodes.Count).Select(node => (PointerOf(node), _nodes[node].Key));

    /// <summary>Line and column of a pointer, or of the nearest thing around it that is there.</summary>
    /// <param name="pointer">RFC 6901.</param>
    /// <param name="ofKey">The member's name instead of its value.</param>
    public (int Line, int Column) Of(string pointer, bool ofKey)
    {
        if (_nodes.Count == 0)
        {
            return (1, 1);
        }
        var node = 0;
        foreach (var token in pointer.Split('/').Skip(1))
        {
            if (Child(node, token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) is not { } child)
            {
                return Place(_nodes[node].Value);
            }
            node = child;
        }
        return Place(ofKey && _nodes[node].Key >= 0 ? _nodes[node].Key : _nodes[node].Value);
    }

    /// <summary>The pointer of the value, or of the member with the name, that begins at an offset.</summary>
    public string PointerAt(int offset)
    {
        // The last one that does not begin later; a member begins with its name.
        var (low, high) = (0, _nodes.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var begin = _nodes[middle].Key >= 0 ? _nodes[middle].Key : _nodes[middle].Value;
            (low, high) = begin <= offset ? (middle, high) : (low, middle - 1);
        }
        return high < 0 ? "" : PointerOf(low);
    }

    public (int Line, int Column) Place(int offset)
    {
        var before = _json.AsSpan(0, Math.Min(offset, _json.Length));
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        // A byte order mark is no character of the first line.
        var skip = lineStart == 0 && before.StartsWith("\uFEFF"u8) ? 3 : 0;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(lineStart + skip)..]) + 1);
    }

    /// <summary>The offset of a place as System.Text.Json tells it: line and byte from 0.</summary>
    public int Offset(long line, long byteInLine)
    {
        var at = _json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        for (; line > 0 && _json.AsSpan(at).IndexOf((byte)'\n') is var next and >= 0; line--)
        {
            at += next + 1;
        }
        return (int)Math.Min(at + byteInLine, _json.Length);
    }

    private int? Child(int parent, string token)
    {
        var index = int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        for (var child = parent + 1; child < _nodes[parent].End; child = _nodes[child].End)
        {
            if (_nodes[child].Name is { } name ? name == token : _nodes[child].Index == index)
            {
                return child;
            }
        }
        return null;
    }

    private string PointerOf(int node)
    {
        var way = new Stack<int>();
        for (; node > 0; node = _nodes[node].Parent)
        {
            way.Push(node);
        }
        return way.Aggregate("", (pointer, step) =>
            _nodes[step].Name is { } name ? JsonPointer.Down(pointer, name) : JsonPointer.Down(pointer, _nodes[step].Index));
    }

    private void Close(int node) => CollectionsMarshal.AsSpan(_nodes)[node].End = _nodes.Count;

    private void Scan(Stack<(int Node, HashSet<string>? Names, int Count)> open)
    {
        var start = _json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(_json.AsSpan(start), new JsonReaderOptions { MaxDepth = UnfitValues.MaxDepth });
        string? name = null;
        var key = -1;
        while (reader.Read())
        {
            var offset = start + (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    key = offset;
                    if (!open.Peek().Names!.Add(name))
                    {
                        _twice.Add(_nodes.Count);
                    }
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    Close(open.Pop().Node);
                    continue;
            }
            var index = -1;
            if (open.TryPop(out var around))
            {
                index = around.Count;
                open.Push(around with { Count = index + 1 });
            }
            _nodes.Add(new Node(open.Count == 0 ? -1 : around.Node, name, index, key, offset) { End = _nodes.Count + 1 });
            (name, key) = (null, -1);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                open.Push((_nodes.Count - 1, reader.TokenType == JsonTokenType.StartObject ? new(StringComparer.Ordinal) : null, 0));
            }
        }
    }

    /// <param name="Name">Of a member; null for an item.</param>
    /// <param name="Index">Among what is around it.</param>
    /// <param name="Key">Where its name begins; -1 for an item.</param>
    /// <param name="Value">Where it begins.</param>
    private record struct Node(int Parent, string? Name, int Index, int Key, int Value)
    {
        /// <summary>The first node behind it and all that is in it.</summary>
        public int End { get; set; }
    }
}
