"""The server takes install scripts and messages for text in the database's encoding."""

from tree import files, short, without_comments

SUBJECT = "SQL and the strings of C are ASCII, whatever a database's encoding is"

GOOD = {"sql/extension/a.sql": "SELECT 'a...';\n",
        "src/a.c": '/* caf\u00e9 */\nchar *a = "cafe";\n'}
FAULTY = [{"sql/extension/b.sql": "-- caf\u00e9\n"},
          {"src/b.c": 'char *a = "caf\u00e9";\n'}]


def check(root):
    texts = [(path, path.read_text()) for path in files(root, "sql/extension", "*.sql")]
    texts += [(path, without_comments(path.read_text()))
              for path in files(root, "src", "*.c", "*.h")]
    for path, text in texts:
        for number, line in enumerate(text.split("\n"), 1):
            if not line.isascii():
                yield f"{short(root, path)}:{number} has a character that is not ASCII"
