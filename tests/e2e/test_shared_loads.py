"""Loads in a warehouse that others use: what is the whole database's is not theirs to set."""

from program import wait_for

ASK = "select current_setting('memory_limit') m, current_setting('threads')::int t"


def up(project):
    """`pond up` of the project."""
    running = project.start("up")
    wait_for(lambda: "ready" in running.out or not running.alive(), "the server listens", 30)
    assert running.alive(), running.said()
    return running


def test_settings_of_a_loader_that_are_the_whole_servers_are_left_alone(project, pond):
    project.extra = {"pond": {"listen": {"postgres": "127.0.0.1:0"}}}
    project.loader(settings={"memory_limit": "123MB", "streaming_buffer_size": "2MB"})
    project.script([{"name": "t", "rows": 10}])
    alone = project.run().ok()
    assert "memory_limit" not in alone.err
    running = up(project)
    before = project("sql", ASK, "--format", "json").ok().json()
    done = project.run().ok()
    assert "memory_limit" in done.err and "pond.warehouse.memory_limit" in done.err
    assert "streaming_buffer_size" not in done.err
    assert project("sql", ASK, "--format", "json").ok().json() == before
    project("down").ok()
    running.wait(20)
