/* A main for fuzz targets without libFuzzer: runs each file or folder of files given once, and counts them.
 *
 *     fuzz_json fuzz/crashes/json        fuzz_json: 3 passed, 0 failed
 *
 * A crash is the program's own; the file's name is printed first when it happens under a sanitizer or in a shell loop. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replayed;

static void replay_file(const char *path) {
    FILE *in = fopen(path, "rb");
    struct stat about;
    if (!in || fstat(fileno(in), &about)) {
        perror(path);
        exit(1);
    }
    size_t size = (size_t)about.st_size;
    uint8_t *data = malloc(size ? size : 1); /* exactly the size: a read past the end is seen */
    if (!data || fread(data, 1, size, in) != size) abort();
    fclose(in);
    fprintf(stderr, "replay %s\n", path);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
}

static int not_hidden(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void replay(const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, not_hidden, alphasort);
    if (count < 0) {
        replay_file(path);
        return;
    }
    for (int i = 0; i < count; i++) {
        char *file;
        if (asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0) abort();
        replay(file);
        free(file);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) replay(argv[i]);
    const char *slash = strrchr(argv[0], '/');
    printf("%s: %d passed, 0 failed\n", slash ? slash + 1 : argv[0], replayed);
    return 0;
}
