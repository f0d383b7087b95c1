using System.Text.Json;

namespace DawsOS.Http;

public sealed class SchemaValidatorTests
{
    private const string Document = """
        {"schemas":{
          "Row":{"type":"object","required":["id"],"properties":{"id":{"type":"integer","format":"int32"},"note":{"type":["null","string"]},
            "tags":{"type":"array","items":{"type":"string","enum":["a","b"]}},"next":{"oneOf":[{"type":"null"},{"$ref":"#/schemas/Row"}]}}},
          "Map":{"type":"object","additionalProperties":{"type":"boolean"}},
          "Any":{},
          "Untold":{"type":"array"},
          "Day":{"type":"string","format":"date"},
          "At":{"type":"string","format":"date-time"},
          "Id":{"type":["null","string"],"format":"uuid"},
          "New":{"minLength":1}}}
        """;

    [Theory]
    [InlineData("Row", """{"id":1}""", null)]
    [InlineData("Row", """{"id":1,"note":null,"tags":["a"],"next":{"id":2,"next":null}}""", null)]
    [InlineData("Row", """{"note":"x"}""", ": 'id' is missing")]
    [InlineData("Row", """{"id":1.5}""", "/id: 1.5 is not of type integer")]
    [InlineData("Row", """{"id":"1"}""", "/id: \"1\" is not of type integer")]
    [InlineData("Row", """{"id":5000000000}""", "/id: 5000000000 is no int32")]
    [InlineData("Row", """{"id":1,"note":2}""", "/note: 2 is not of type [\"null\",\"string\"]")]
    [InlineData("Row", """{"id":1,"tags":["a","c"]}""", "/tags/1: \"c\" is none of [\"a\",\"b\"]")]
    [InlineData("Row", """{"id":1,"tags":null}""", "/tags: null is not of type array")]
    [InlineData("Row", """{"id":1,"next":{}}""", "/next: {} matches 0 of 2 schemas")]
    [InlineData("Row", """{"id":1,"other":2}""", ": 'other' is not in the document")]
    [InlineData("Row", """[]""", ": [] is not of type object")]
    [InlineData("Map", """{"a":true}""", null)]
    [InlineData("Map", """{"a":1}""", "/a: 1 is not of type boolean")]
    [InlineData("Any", """[{"a":null}]""", null)]
    [InlineData("Untold", """[1]""", ": the document does not say of what this is an array")]
    [InlineData("Day", "\"2026-02-30\"", ": \"2026-02-30\" is no date")]
    [InlineData("At", "\"2026-02-03T00:00:00+01:00\"", ": \"2026-02-03T00:00:00+01:00\" is no date-time")]
    [InlineData("Id", "null", null)]
    [InlineData("Id", "\"x\"", ": \"x\" is no uuid")]
    [InlineData("New", "\"x\"", ": the document has 'minLength', which nothing checks")]
    public void It_finds_what_does_not_fit_and_where(string schema, string value, string? fault)
    {
        var document = JsonElement.Parse(Document);

        var faults = new SchemaValidator(document).Validate(JsonElement.Parse(value), document.GetProperty("schemas").GetProperty(schema));

        Assert.Equal(fault, faults.FirstOrDefault());
    }
}
