"""Options for all tests that pytest runs."""

MANY = 50  # cases of one test, above which a sample can stand for them


def pytest_addoption(parser):
    parser.addoption(
        "--every", type=int, default=1, metavar="N", help=f"of tests with more than {MANY} cases run each Nth case"
    )


def pytest_collection_modifyitems(config, items):
    of_test = {}
    for item in items:
        of_test.setdefault((item.path, getattr(item, "originalname", item.name)), []).append(item)
    left_out = {
        item
        for cases in of_test.values()
        if len(cases) > MANY
        for number, item in enumerate(cases)
        if number % config.option.every
    }
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
