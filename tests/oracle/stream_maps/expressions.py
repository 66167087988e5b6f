"""Expressions, each evaluated for the two people of cases.py."""

EXPRESSIONS = [
    # names and constants
    "name", "id", "score", "active", "tags", "address", "_", "record['name']", "_['class']", "address['city']", "tags[0] if tags else 'none'",
    "'text'", "1", "1.5", "True", "None", "'a' 'b'", "'é\\u00e5\\n'", "\"double\"", "1_000", "0x1f", "1e3", "b'x'", "'''three'''", "r'\\n'",
    "[1, 2]", "{'a': 1}", "(1, 2)", "{1, 2}", "[]", "{}",
    # arithmetic
    "id + 1", "id - 1", "id * 3", "7 / 2", "7 // 2", "-7 // 2", "7 % 3", "-7 % 3", "7.5 % 2", "2 ** 10", "2 ** -1", "-id", "+id", "1 / 0",
    "1 + 2 * 3", "(1 + 2) * 3", "0.1 + 0.2", "10 ** 20", "age / 2", "age // 2", "score * 2", "age * score", "score * 0.5", "score / 2", "score + 1", "score > 1.5", "float(score) * 0.5", "9007199254740993 + 1",
    "id & 3", "id | 4", "id ^ 1", "1 << 4", "~id", "age + name", "name + age", "name * 2", "3 * 'ab'", "[1] + [2]", "'a' % 1", "'%s is %d' % (name, age)",
    "'%05.2f|%x|%-4s|' % (score, age, 'z')", "2 ** 5000000",
    # comparisons and logic
    "age == 31", "age != 31", "age < 18", "1 < age < 20", "name == 'Bob' or age > 30", "name == 'Bob' and age > 30", "not active", "name or 'x'", "'' or 'x'", "0 or None",
    "age and 'yes'", "name in ['Bob']", "'a' in name", "'city' in address", "name is None", "None is None", "'a' < 'b'", "'B' < 'a'", "[1, 2] == [1, 2]", "1 == 1.0", "True == 1",
    "'adult' if age >= 18 else 'minor'", "'a' if age > 30 else 'b' if age > 10 else 'c'", "age < 'x'",
    # functions
    "int(score)", "int('12')", "int(' 12 ')", "int('1.5')", "int(-2.7)", "int(True)", "int('x')", "int('ff', 16)", "float(age)", "float('1.5')", "float('x')", "float('1e3')", "str(age)", "str(score)",
    "str(active)", "str(None)", "str(tags)", "str(address)", "str(1.0)", "str(1e20)", "str(1e-7)", "str(0.1)", "str(1e16)", "str(123456789.123456789)", "bool(tags)", "bool('')", "bool('False')", "bool(0)", "rand() < 2", "randint(1) == 0",
    "md5(name)", "sha256(name)", "md5(email.lower().strip())", "md5('')", "sha256('é')", "md5(age)", "md5(str(age))", "sha256(config['word'] + str(id))", "len(name)", "len(tags)", "abs(score)", "round(score)", "min(1, 2)", "max([1, 2])", "sum([1])", "sorted(tags)", "any(tags)", "list(tags)",
    "upper(name)", "range(3)",
    # text
    "name.upper()", "name.lower()", "name.title()", "name.capitalize()", "name.swapcase()", "email.split('@')[0]", "email.split('@')[-1]", "email.split('@')", "name.split()", "name.split(' ', 1)", "email.rsplit('.', 1)[1]", "email.partition('@')[2]", "name.replace('n', 'N')", "name.replace('n', '', 1)",
    "' x '.strip()", "'xxaxx'.strip('x')", "' x '.lstrip()", "' x '.rstrip()", "name.startswith('A')", "name.endswith('b')", "name.startswith(('A', 'B'))", "name.find('l')", "name.index('zz')", "name.count('A')", "','.join(tags)", "'-'.join([name, email])", "','.join([1, 2])",
    "str(id).zfill(5)", "name.ljust(10, '.')", "name.rjust(10)", "name.center(9, '*')", "'12'.isdigit()", "name.isalpha()", "'ß'.upper()", "'ÅÄÖ'.lower()", "'İ'.lower()", "'ß'.casefold()", "name.removeprefix('Ann ')", "name.removesuffix('ba')", "name.encode('utf-8')", "'a\\nb'.splitlines()", "name.format()", "'x'.translate({120: 'y'})", "'tab\\t'.expandtabs(4)",
    "name[0]", "name[-1]", "name[0:3]", "name[:2]", "name[2:]", "name[::-1]", "name[::2]", "name[-3:]", "name[99:]", "name[99]", "name[1:2] + name[0]", "f'{name}'", "f'{name} is {age}'", "f'{score:.2f}'", "f'{age:05d}'", "f'{name!r}'", "f'{name:>10}|'", "f'{{}} {1 + 1}'",
    # lists and dictionaries
    "tags + ['c']", "tags[5]", "address.get('city')", "address.get('nope')", "address.get('nope', 'x')", "address['nope']", "address.city", "record.name", "list", "address.keys()", "[t.upper() for t in tags]", "[t for t in tags if t != 'a']", "[k for k in address]", "[x + y for x in [1, 2] for y in [10, 20]]", "{k: v for k, v in [('a', 1)]}",
    "[str(i) for i in [1, 2]][0]", "(t for t in tags)", "{t for t in tags}", "','.join([t.upper() for t in tags])", "{'name': name, 'n': [id]}", "dict(a=1)", "[*tags, 'z']", "{**address, 'x': 1}", "tags.count('a')", "tags.index('a')", "address.values()",
    # config and names of streams
    "config['factor'] * id", "config['word']", "config.get('nope')", "config['list'][1]", "config.flag", "__stream_name__", "__original_stream_name__", "self",
    # dates
    "datetime.date(2024, 1, 2)", "datetime.date(2024, 1, 2).isoformat()", "datetime.datetime(2024, 1, 2, 3, 4, 5)", "datetime.datetime(2024, 1, 2, 3, 4, 5, 600000).isoformat()", "datetime.datetime.strptime(born, '%Y-%m-%d').year", "datetime.date.fromisoformat(born)", "datetime.date.fromisoformat(born).isoformat()", "datetime.date.fromisoformat(born).year", "datetime.date.fromisoformat(born).weekday()",
    "datetime.datetime.fromisoformat(seen)", "datetime.datetime.fromisoformat(seen).timestamp()", "datetime.datetime.fromtimestamp(0, datetime.timezone.utc).isoformat()", "datetime.datetime.fromtimestamp(0, datetime.timezone.utc)", "datetime.datetime.fromisoformat(seen).strftime('%Y-%m')", "str(datetime.datetime.fromisoformat(seen))", "str(datetime.date.fromisoformat(born))", "datetime.datetime.fromisoformat(seen) + datetime.timedelta(days=1)", "(datetime.datetime.fromisoformat(seen) + datetime.timedelta(hours=36)).isoformat()",
    "(datetime.date(2024, 3, 1) - datetime.date.fromisoformat(born)).days", "datetime.date.fromisoformat(born) < datetime.date(2000, 1, 1)", "datetime.datetime.strptime('2024-05-06 07:08', '%Y-%m-%d %H:%M').isoformat()", "datetime.datetime.utcnow().year > 2000", "datetime.datetime.now(datetime.timezone.utc).isoformat() > '2000'", "datetime.date.today().year > 2000", "datetime.timedelta(days=1).total_seconds()", "datetime.date(2024, 1, 31).replace(day=1).isoformat()", "datetime.datetime.fromisoformat(seen).date()", "datetime.datetime.fromisoformat(seen).date().isoformat()", "datetime.datetime.fromisoformat(seen).isoformat(timespec='seconds')",
    # json
    "json.dumps(address)", "json.dumps(tags)", "json.dumps({'a': 'é', 'b': None, 'c': 1.0})", "json.dumps(name)", "json.loads('{\"a\": [1, 2]}')", "json.loads('[1]')[0]", "json.dumps(address, sort_keys=True)", "json.dumps([1,2], separators=(',', ':'))", "json.loads('nope')", "json.dumps(record)[:20]",
    # what is not allowed
    "__import__('os')", "open('x')", "name.__class__", "().__class__", "lambda: 1", "eval('1')", "import os", "x := 1", "(y := 1)", "await x", "[].append", "print(1)", "exec('1')", "getattr(name, 'upper')", "datetime.sys", "name if", "1 +", "", "a b", "name;", "@",
    "'x' * 200000", "[i for i in range(20000)]",
]  # fmt: skip
