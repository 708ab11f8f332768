"""The expression language, value by value."""

import unittest

from support import ROOT  # noqa: F401  (puts the stand-in on the path)
from pendo_api.env import Env
from pendo_api.errors import Refused
from pendo_api.expression.compile import Compiler
from pendo_api.switches import TABLE
from pendo_api.zone import Zone

NOW = 1_710_948_896_000         # 2024-03-20 11:34:56 in New York
ROW = {'n': 3, 's': 'abc', 't': True, 'l': [1, 2, 3], 'o': {'p': {'q': 'deep'}},
       'big': 9007199254740993, 'empty': '', 'none': None, 'text': '12',
       'items': [{'id': 'a'}, {'id': 'b'}]}


class FakeObjects:
    apps = [{'id': -323232, 'platform': 'web'}, {'id': 7, 'platform': 'ios'}]


class FakeStore:
    zone = Zone('America/New_York')
    objects = FakeObjects


def evaluate(text, **switches):
    settings = {switch.name: switch.default for switch in TABLE}
    settings.update(switches)
    return Compiler(Env(FakeStore, settings, NOW, None)).text(text)(ROW)


# expression, value
VALUES = (
    ('1 + 2 * 3', 7), ('(1 + 2) * 3', 9), ('7 % 4', 3), ('-7 % 4', -3), ('1 / 4', 0.25),
    ('1 / 0', None), ('5 % 0', None), ('2 - 3 - 4', -5), ('- - 3', 3), ('n - -1', 4),
    ('n > 2 && s == "abc"', True), ('n > 2 && none', False), ('none || t', True),
    ('none == null', True), ('none != "x"', True), ('null != false', True),
    ('missing == null', True), ('none < 1', None), ('none + 1', None), ('!none', None),
    ('!t', False), ('s < "abd"', True), ('s >= "abc"', True), ('"a" < 3', None),
    ('"1" == 1', False), ('true == 1', False), ('s + "x"', None), ('text + 1', 13),
    ('big == 9007199254740992', True), ('big + 0', 9007199254740992), ('1e300 * 1e300', None),
    ('o.p.q', 'deep'), ('o.p.q.r', None), ('items[0].id', 'a'), ('items[-1].id', 'b'),
    ('items[2].id', None), ('l[1:]', [2, 3]), ('l[:1]', [1]), ('l[0:2]', [1, 2]),
    ('[1, 2] == [1, 2]', True), ('l == [1, 2, 3]', True), (r'"a\"b\\c"', 'a"b\\c'),
    ('`a"b\\c`', 'a"b\\c'), ('2024-01-01', 2022), ('"say" == `say`', True),
    ('1 < 2 == true', True), ('1 == 1 && 2 == 3 || true', True),
    ('if(n > 2, "y", "n")', 'y'), ('if(none, 1)', None), ('if(none, 1, 2)', 2),
    ('isNil(missing)', True), ('isNull(s)', False), ('isEmpty(empty)', True),
    ('isEmpty(l)', False), ('isNumber(n)', True), ('isString(none)', False),
    ('isList(l)', True), ('isBoolean(t)', True), ('contains(s, "bc")', True),
    ('contains(s, "BC")', False), ('contains(l, 2)', True), ('contains(["a","b"], s)', False),
    ('contains(list("abc","b"), s)', True), ('contains(none, "x")', None),
    ('startsWith(s, "ab")', True), ('startsWith(n, "3")', None),
    ('split("a,b,,c", ",")', ['a', 'b', '', 'c']), ('toLowerCase("ÄB")', 'äb'),
    ('toString(3)', '3'), ('toString(0.5)', '0.5'), ('len(l)', 3), ('len("äö")', 2),
    ('listInRange(l, 2, 9)', [2, 3]), ('reverse(l)', [3, 2, 1]),
    ('sortUnique([3, 1, 3, 2])', [1, 2, 3]), ('sum(l)', 6), ('map(x, l, x * n)', [3, 6, 9]),
    ('map(x, items, x.id)', ['a', 'b']), ('now()', NOW),
    ('date("2024-03-10")', 1710046800000), ('date(2024,3,10)', 1710046800000),
    ('date("2024-03-10T03:00:00.250")', 1710054000250), ('date(2024)', 1704085200000),
    ('date("2024-02-30")', None), ('date(2024,3,11) - date(2024,3,10)', 23 * 3600000),
    ('dateAdd(date(2024,3,9), 1, "days") == date(2024,3,10)', True),
    ('dateAdd(date(2024,1,31), 1, "months") == date(2024,2,29)', True),
    ('dateAdd(date(2024,3,10), 2, "hours") - date(2024,3,10)', 7200000),
    ('dateAdd(now(), 1, "fortnights")', None),
    ('startOfPeriod("weekly", date(2024,3,13)) == date(2024,3,10)', True),
    ('startOfPeriod("monthly", now()) == date(2024,3)', True),
    ('startOfPeriod("dayRange", now()) == date(2024,3,20)', True),
    ('dateDist(date(2024,3,9), date(2024,3,12), "daily")', 3),
    ('formatTime("2006-01-02 15:04:05", now())', '2024-03-20 11:34:56'),
    ('formatTime("Jan 2, 2006 3PM", now())', 'Mar 20, 2024 11AM'),
    ('identified("_PENDO_T_x")', False), ('identified(s)', True),
    ('eventSubType("ui:web:guideSeen")', 'guideSeen'), ('expandAppIds("mobile")', [7]),
    ('expandAppIds(`web|ios`)', [-323232, 7]), ('n == 3.0', True),
)

REFUSED = (
    '', 'n >', 'n = 3', 'n in ["a"]', 'a b', '(1', '[1, "x"]', '"open', '`open', '"\\n"',
    'foo(1)', 'isNil()', 'isNil(a, b)', '1 2', '&& t', 'n..x', 'n.', 'ü == 1', "'x'",
    'map("x", l, x)', '#', '12abc', 'a ? b : c', 'date()', '(' * 300 + '1' + ')' * 300,
    '!' * 300 + 't', '+'.join(['1'] * 300), 'parentAccountId(a)',
)


class Expressions(unittest.TestCase):
    def test_values(self):
        for text, value in VALUES:
            with self.subTest(text):
                found = evaluate(text)
                self.assertEqual((found, type(found) is bool), (value, type(value) is bool))

    def test_refused(self):
        for text in REFUSED:
            with self.subTest(text[:40]):
                self.assertRaises(Refused, evaluate, text)

    def test_long_chains_of_or(self):
        text = ' || '.join(f's == "{i}"' for i in range(20_000)) + ' || s == "abc"'
        self.assertIs(evaluate(text), True)

    def test_switches(self):
        for text, switch, value in (
                ('!none', {'not_null': 'true'}, True), ('!none', {'not_null': 'false'}, False),
                ('"a" < 3', {'compare_types': 'false'}, False),
                ('isString(none)', {'type_test_null': 'null'}, None),
                ('"B" < "a"', {'collation': 'byte'}, True),
                ('"B" < "a"', {'collation': 'casefold'}, False),
                ('"-b" < "a"', {'collation': 'locale-like'}, False),
                ('len("ä")', {'len_unit': 'bytes'}, 2),
                ('n-s', {'field_quoting': 'arithmetic'}, None)):
            with self.subTest(text=text, **switch):
                self.assertEqual(evaluate(text, **switch), value)
        self.assertRaises(Refused, evaluate, 'n-s', field_quoting='error')
        self.assertEqual(evaluate('n - 1', field_quoting='error'), 2)


if __name__ == '__main__':
    unittest.main()
