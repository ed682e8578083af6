"""What generated code may contain. Everything is a list of what is allowed; what is not named is refused.

The tables from names to CWE numbers decide nothing: they only tell which weakness a refused name stands for.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

CODE_INJECTION = 94


@dataclass(frozen=True)
class Policy:
    """An allow-list for generated code."""

    nodes: frozenset[type[ast.AST]]
    builtins: frozenset[str]
    exceptions: frozenset[str]
    imports: Mapping[str, frozenset[str]]
    """Module to the names that may be taken from it."""
    whole: frozenset[str]
    """Modules that may be imported themselves; `attributes` bounds what is reached through them."""
    attributes: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NODES: tuple[type[ast.AST], ...] = (
    # statements
    *(ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Expr, ast.Pass),
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete, ast.For, ast.While, ast.Break, ast.Continue, ast.If),
    *(ast.Try, ast.ExceptHandler, ast.Raise, ast.Import, ast.ImportFrom, ast.alias),
    *(ast.Match, ast.match_case, ast.MatchValue, ast.MatchSingleton, ast.MatchSequence, ast.MatchStar),
    *(ast.MatchMapping, ast.MatchAs, ast.MatchOr),
    # expressions
    *(ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Starred, ast.Call, ast.keyword),
    *(ast.Tuple, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.comprehension, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr),
    *(ast.JoinedStr, ast.FormattedValue),
    # operators and contexts
    *(ast.And, ast.Or, ast.Not, ast.USub, ast.UAdd, ast.Invert),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.BitAnd, ast.BitOr, ast.BitXor),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn),
    *(ast.Load, ast.Store, ast.Del),
)

_BUILTINS = _words(
    "abs all any bool chr dict divmod enumerate filter float frozenset int isinstance iter len list map max min next "
    "ord range repr reversed round set sorted str sum tuple zip"
)

_EXCEPTIONS = _words(
    "ArithmeticError AttributeError Exception IndexError KeyError LookupError OverflowError StopIteration TypeError "
    "UnicodeError ValueError ZeroDivisionError"
)

_IMPORTS = {
    "collections": "Counter OrderedDict defaultdict deque",
    "collections.abc": "Callable Iterable Iterator Mapping Sequence",
    "datetime": "date datetime time timedelta",
    "decimal": "Decimal InvalidOperation ROUND_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP",
    "fractions": "Fraction",
    "functools": "partial reduce",
    "itertools": "accumulate chain combinations dropwhile groupby islice pairwise starmap takewhile zip_longest",
    "math": "ceil floor fabs fsum hypot inf isclose isfinite isinf isnan sqrt trunc",
    "operator": "itemgetter",
    "statistics": "mean median mode",
    "string": "ascii_letters ascii_lowercase ascii_uppercase digits punctuation whitespace",
    "typing": "Final Literal cast",
    "unicodedata": "category combining decimal digit name normalize",
    "extractors.candidate": "Candidate Kind",
    "extractors.clinical": "conditions measures trials",
    "extractors.fields": "addresses booleans dates enums identifiers money numbers parties texts",
    "extractors.layout": "PageIndex fold_word page_index",
    "extractors.normalise": "canonical same",
    "extractors.pattern": "PatternError contains find find_all matches spans",
    "extractors.table": "ROW ItemRow Reading item_rows",
    "extractors.utterance": "Span Utterance addresses anchored booleans chosen cities clocks codes currencies dates "
    "enums floats frequencies implied integers lists literals matched measures money names phrases quoted texts times "
    "units",
    "ocr.document": "Box Document Page Segment Word",
    "templates.workflows.logic": "Day Made Number Outcome REVIEW Truth UNDECIDED Values above all_of any_of at_least "
    "at_most below both day either holds mentions minus missing negated over plus same settled times",
    "templates.workflows.values": "Judged broken day_of decided decision_of judged mend number_of required text_of "
    "truth_of unfit unknown whole_of",
}

_WHOLE = _words("collections datetime decimal itertools math statistics string unicodedata")

_ATTRIBUTES = _words(
    # str
    "capitalize casefold center count endswith expandtabs find index isalnum isalpha isascii isdecimal isdigit "
    "isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition "
    "removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip "
    "swapcase title translate upper zfill "
    # list, dict, set, deque, Counter
    "append appendleft clear copy extend insert pop popleft remove reverse sort get items keys values setdefault "
    "update most_common elements total move_to_end add difference discard intersection isdisjoint issubset issuperset "
    "symmetric_difference union fromkeys from_iterable "
    # numbers and dates
    "as_integer_ratio is_integer numerator denominator quantize is_finite is_nan is_signed is_zero normalize "
    "to_integral_value copy_abs copy_sign adjusted year month day hour minute second days seconds weekday isoweekday "
    "isoformat isocalendar strftime strptime fromisoformat toordinal fromordinal date time total_seconds "
    # Document, Page, Row, Segment, Word, Box, Candidate
    "pages words rows segments text text_of box_of row_of segment_of number width height source x0 y0 x1 y1 "
    "confidence middle row start end page kind value form box "
    # Utterance, Span
    "lowers kinds text_of "
    # extractors.layout and extractors.table
    "tokens starts ends left right overlapping above below numbers codes texts readings anchor block header document "
    # names in modules that may be imported whole
    "Counter OrderedDict defaultdict deque datetime timedelta Decimal InvalidOperation ROUND_DOWN ROUND_HALF_EVEN "
    "ROUND_HALF_UP ROUND_UP accumulate chain combinations dropwhile groupby islice pairwise starmap takewhile "
    "zip_longest ceil floor fabs fsum hypot inf isclose isfinite isinf isnan sqrt trunc mean median mode "
    "ascii_letters ascii_lowercase ascii_uppercase digits punctuation whitespace category combining decimal digit "
    "name"
)

GENERATED_CODE = Policy(
    frozenset(_NODES),
    _BUILTINS,
    _EXCEPTIONS,
    {module: _words(names) for module, names in _IMPORTS.items()},
    _WHOLE,
    _ATTRIBUTES,
)
"""The policy for the functions between a template's marker lines."""


def _table(entries: Mapping[int, str]) -> dict[str, int]:
    return {name: cwe for cwe, names in entries.items() for name in names.split()}


CWE_OF_MODULE = _table(
    {
        78: "os subprocess pty commands popen2 posix pexpect paramiko fabric multiprocessing shlex signal",
        22: "io pathlib shutil glob fileinput zipfile tarfile linecache mmap",
        377: "tempfile",
        502: "pickle cPickle _pickle dill cloudpickle marshal shelve jsonpickle yaml joblib pandas numpy torch copyreg "
        "dbm",
        89: "sqlite3 sqlalchemy psycopg psycopg2 pymysql MySQLdb mysql asyncpg aiosqlite duckdb peewee django",
        328: "hashlib md5 sha Crypto Cryptodome hmac crypt",
        330: "random uuid secrets",
        94: "ast builtins code codeop collections ctypes dataclasses functools gc importlib inspect operator pkgutil "
        "runpy sys timeit types typing",
        611: "xml lxml",
        918: "socket ssl requests httpx urllib urllib2 urllib3 http aiohttp ftplib smtplib telnetlib asyncio "
        "websockets socketserver poplib imaplib xmlrpc selectors webbrowser",
        1333: "re regex",
        400: "threading concurrent _thread sched time resource",
    }
)
"""First part of a module's name to the weakness it is known for."""

CWE_OF_SYNTAX: dict[type[ast.AST], int] = {ast.LShift: 400, ast.RShift: 400}

CWE_OF_BUILTIN = _table({22: "open", 532: "print", 400: "bytearray bytes pow memoryview input breakpoint help"})

CWE_OF_ATTRIBUTE = _table(
    {
        78: "system popen popen2 popen3 popen4 run call check_call check_output getoutput getstatusoutput Popen spawn "
        "spawnl spawnle spawnlp spawnv spawnve spawnvp execl execle execlp execv execve execvp startfile fork "
        "create_subprocess_shell create_subprocess_exec exec_command",
        89: "execute executemany executescript raw extra cursor commit mogrify from_statement scalar",
        502: "loads load parse_raw parse_file parse_obj construct model_construct Unpickler find_class unsafe_load "
        "load_all full_load read_pickle from_json from_orm model_validate_json",
        328: "md5 md4 sha1 sha224 new pbkdf2_hmac MD5 SHA1",
        22: "path remove open read_text write_text read_bytes write_bytes joinpath unlink rename rmtree extractall "
        "extract listdir scandir walk glob rglob iterdir mkdir makedirs chmod symlink_to send_file parent exists "
        "is_file stat touch",
        918: "urlopen urlretrieve request post put patch getaddrinfo create_connection connect sendto recv",
        134: "format format_map vformat Formatter Template substitute safe_substitute",
        532: "info debug warning error exception critical log write writelines flush",
        400: "sleep fromhex to_bytes",
        330: "random randint choice uuid4 now today utcnow",
        200: "memo to_json environ getenv",
    }
)
