"""Compiled functions as tools of the Model Context Protocol, over standard input and output."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from extractors.utterance import UtteranceError
from runtime.call import CompiledFunctions

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"utterance": {"type": "string", "description": "What is asked, in plain words."}},
    "required": ["utterance"],
    "additionalProperties": False,
}


def make_server(offered: Mapping[str, CompiledFunctions]) -> Server[Any]:
    """A server with one tool an artifact: it takes an utterance and answers the checked call as JSON."""

    async def list_tools(context: Any, parameters: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        del context, parameters
        return types.ListToolsResult(tools=[_tool(name, functions) for name, functions in offered.items()])

    async def call_tool(context: Any, parameters: types.CallToolRequestParams) -> types.CallToolResult:
        del context
        return answer(offered, parameters.name, parameters.arguments or {})

    return Server("code-factory", on_list_tools=list_tools, on_call_tool=call_tool)


def answer(offered: Mapping[str, CompiledFunctions], name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """The tool's result: the call, or an error that says what to do, without any text of the utterance."""
    if name not in offered:
        return _result({"error": f"no tool {name!r}; there are: {', '.join(offered)}"}, True)
    try:
        found = offered[name].call(arguments.get("utterance"))  # type: ignore[arg-type]  # refused where it is no text
    except UtteranceError as error:
        return _result({"error": str(error)}, True)
    return _result(asdict(found), False)


def serve(offered: Mapping[str, CompiledFunctions]) -> None:
    """Answer until the client closes the connection."""
    asyncio.run(_serve(make_server(offered)))


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _tool(name: str, functions: CompiledFunctions) -> types.Tool:
    about = f"Turns a request in plain words into a checked call of: {', '.join(functions.names)}."
    return types.Tool(name=name, description=about, input_schema=SCHEMA)


def _result(data: dict[str, Any], is_error: bool) -> types.CallToolResult:
    text = json.dumps(data, ensure_ascii=False)
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=is_error)
