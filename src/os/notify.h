/*
 * What a service tells the manager that started it (systemd's Type=notify): one datagram to the socket of $NOTIFY_SOCKET, as
 * sd_notify(3) describes. Any thread.
 *
 *     service_notify(socket, STR("READY=1\nSTATUS=serving"));
 */
#pragma once

#include "base/str.h"

/* socket: a path, or "@name" of an abstract one; empty: nobody wants to know. A manager that has gone is no error of ours. */
void service_notify(Str socket, Str text);
