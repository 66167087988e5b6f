"""pgjdbc: what DBeaver, Metabase, Tableau and every program of the JVM talk through."""

import pytest
from programs import built, check


@pytest.fixture(scope="module")
def program():
    return built(
        "jdbc",
        ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
        ["sh", "-c", "javac -cp 'lib/*' -d classes *.java"],
    )


def test_jdbc(program, target):
    check(target, ["java", "-XX:+UseSerialGC", "-Xmx512m", "-cp", f"{program}/classes:{program}/lib/*", "Main"])
