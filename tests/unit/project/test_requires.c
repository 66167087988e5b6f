/* Version specifiers against Meltano 4.4.1; answers of the packaging library 26.4. */
#include "project/requires.h"
#include "unit/test.h"

typedef enum Answer { FAILS, HOLDS, INVALID } Answer;

TEST(version_specifiers_as_packaging_answers) {
    static const struct {
        const char *text;
        Answer answer;
    } cases[] = {
        {"", HOLDS},
        {" >=4 , <5 ", HOLDS},
        {">=9", FAILS},
        {"<4.4.1", FAILS},
        {"<=4.4.1", HOLDS},
        {">4.4.1", FAILS},
        {">4.4", HOLDS},
        {"==4.4.1.0", HOLDS},
        {"==4.*", HOLDS},
        {"==4.4.1.*", HOLDS},
        {"==4.4.0.*", FAILS},
        {"!=4.*", FAILS},
        {"!=4.4.1", FAILS},
        {"~=4.4", HOLDS},
        {"~=4.3.9", FAILS},
        {"~=4.5", FAILS},
        {"~=4", INVALID},
        {"===4.4.1", HOLDS},
        {"===4.4.1.0", FAILS},
        {">=4.4.1rc1", HOLDS},
        {"<=4.4.1rc1", FAILS},
        {">4.4.1.dev0", HOLDS},
        {"<4.4.1.post1", HOLDS},
        {">=4.4.1-1", FAILS},
        {"==4.4.1+local", FAILS},
        {">=4.4.1+local", INVALID},
        {">=1!4", FAILS},
        {"<1!0", HOLDS},
        {"==v4.4.1", HOLDS},
        {">=4,,<5", HOLDS},
        {">=4.4.*", INVALID},
        {"4.4", INVALID},
        {"=4.4.1", INVALID},
        {">=", INVALID},
        {">=x", INVALID},
        {">=4.4.1x", INVALID},
        {">=4.4.1.beta-2", HOLDS},
        {"==4.4.1rc1.post2", FAILS},
        {">=3,<4", FAILS},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Err err = {0};
        bool holds;
        Answer answer = !specifiers_hold(str_of(cases[i].text), "4.4.1", &holds, &err) ? INVALID
                        : holds                                                        ? HOLDS
                                                                                       : FAILS;
        if (answer != cases[i].answer) fail_msg("\"%s\": %d", cases[i].text, answer);
        if (answer == INVALID) assert_int_equal(err.code, ERR_CONFIG);
    }
}
