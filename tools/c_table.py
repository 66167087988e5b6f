"""Tables of C, as the scripts that write *_data.h print them."""


def table(declaration: str, items: list[str]) -> None:
    """A static array on standard output, filled to the width of a line."""
    print(f"static const {declaration}[] = {{")
    line = "   "
    for item in items:
        if len(line) + len(item) > 118:
            print(line)
            line = "   "
        line += " " + item
    print(line + "\n};\n")
