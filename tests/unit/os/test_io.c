/* Bytes through descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/io.h"
#include "os/thread.h"
#include "unit/test.h"

static Pipe new_pipe(void) {
    Err err = {0};
    Pipe p;
    assert_true(pipe_open(&p, &err));
    return p;
}

static Until in_ms(int64_t ms) {
    return (Until){.deadline_us = deadline_in(ms * US_PER_MS)};
}

TEST(io_reads_what_is_there) {
    AUTO(Pipe) p = new_pipe();
    Err err = {0};
    char at[10];
    assert_int_equal(io_read(p.read, at, sizeof at, in_ms(5), &err), -1);
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_true(io_write_all(p.write, STR("abc"), UNTIL_DONE, &err));
    assert_int_equal(io_read(p.read, at, sizeof at, UNTIL_DONE, &err), 3);
    assert_memory_equal(at, "abc", 3);
    fd_close(&p.write);
    assert_int_equal(io_read(p.read, at, sizeof at, UNTIL_DONE, &err), 0);
    assert_int_equal(io_read(-1, at, sizeof at, in_ms(5), &err), -1);
}

TEST(io_read_is_canceled) {
    AUTO(Pipe) p = new_pipe();
    AUTO(Cancel) c;
    Err err = {0};
    char at[10];
    assert_true(cancel_init(&c, &err));
    cancel_raise(&c, CANCEL_STOP);
    assert_int_equal(io_read(p.read, at, sizeof at, (Until){NO_DEADLINE, &c, CANCEL_STOP}, &err), -1);
    assert_int_equal(err.code, ERR_CANCELED);
}

TEST(io_write_stops_at_the_deadline_though_nobody_reads) {
    AUTO(Pipe) p = new_pipe();
    AUTO(Buf) big = {0};
    while (big.len < 1 << 20) buf_append_c(&big, "0123456789abcdef");
    Err err = {0};
    assert_false(io_write_all(p.write, buf_str(&big), in_ms(20), &err)); /* though the descriptor is a blocking one */
    assert_int_equal(err.code, ERR_TIMEOUT);
    int sockets[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    assert_false(io_write_all(sockets[0], buf_str(&big), in_ms(20), &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    close(sockets[0]);
    close(sockets[1]);
}

TEST(io_write_to_a_vanished_reader_is_an_error) {
    AUTO(Pipe) p = new_pipe();
    Err err = {0};
    fd_close(&p.read);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    assert_false(io_write_all(p.write, STR("x"), UNTIL_DONE, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.msg, "cannot write: Broken pipe");
    signal(SIGPIPE, before);
}

TEST(io_write_says_that_the_disk_is_full) {
    AUTO(Fd) fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    Err err = {0};
    assert_false(io_write_all(fd, STR("x"), UNTIL_DONE, &err));
    assert_int_equal(err.code, ERR_DISK);
}

typedef struct Source {
    int fd;
    Str data;
    bool ok;
} Source;

static void write_source(void *context) {
    Source *s = context;
    Err err = {0};
    s->ok = io_write_all(s->fd, s->data, UNTIL_DONE, &err);
    close(s->fd);
}

static void check_transfer(bool nonblocking) {
    Pipe p = new_pipe();
    if (nonblocking) {
        fcntl(p.read, F_SETFL, O_NONBLOCK);
        fcntl(p.write, F_SETFL, O_NONBLOCK);
    }
    AUTO(Buf) sent = {0};
    AUTO(Buf) got = {0};
    for (int i = 0; sent.len < 3 << 20; i++) buf_printf(&sent, "%d,", i);
    Source source = {.fd = fd_take(&p.write), .data = buf_str(&sent)};
    assert_int_equal(p.write, -1);
    Err err = {0};
    Thread t;
    assert_true(thread_start(&t, &(ThreadSpec){.name = "source", .body = write_source, .context = &source}, &err));
    buf_append_c(&got, "before:");
    bool ok = io_read_all(p.read, 10 << 20, UNTIL_DONE, &got, &err);
    thread_join(&t);
    assert_true(ok && source.ok);
    buf_drop(&got, 7);
    assert_true(str_equal(buf_str(&got), buf_str(&sent)));
    pipe_close(&p);
}

TEST(io_transfers_everything) {
    check_transfer(false);
    check_transfer(true);
}

TEST(io_read_all_keeps_its_limit) {
    Err err = {0};
    AUTO(Fd) zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    AUTO(Buf) got = {0};
    assert_false(io_read_all(zeros, 1000000, UNTIL_DONE, &got, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.msg, "input is longer than 1000000 bytes");
}

TEST(io_pipes_are_not_inherited_and_grow) {
    AUTO(Pipe) p = new_pipe();
    assert_int_equal(fcntl(p.read, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(p.write, F_GETFD), FD_CLOEXEC);
    pipe_widen(p.write);
    assert_true(fcntl(p.write, F_GETPIPE_SZ) > 64 * 1024);
    AUTO(Fd) null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    pipe_widen(null); /* no pipe: nothing */
}

TEST(io_log_lines_go_to_a_descriptor) {
    AUTO(Pipe) p = new_pipe();
    AUTO_PTR(Log) log = log_new();
    log_add(log, log_to_fd(p.write, LOG_TEXT, LOG_INFO));
    log_event(log, LOG_DEBUG, "not.this");
    log_event(log, LOG_INFO, "run.started", LOG_C("tap", "tap-csv"));
    char at[200];
    Err err = {0};
    ssize_t n = io_read(p.read, at, sizeof at, UNTIL_DONE, &err);
    assert_true(n > 0 && str_ends((Str){at, (size_t)n}, STR("Z info  run.started tap=tap-csv\n")));
}
