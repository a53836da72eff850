/* A host in plain C: installs a wheel, lists what is there, and meets errors.
 *
 *     program ENVIRONMENT WHEEL
 *
 * Each answer is one line on standard output: the function's status, a space, and the answer. Nothing is freed twice
 * by accident: on purpose.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uvffi.h"

typedef int32_t (*entry)(const char *, size_t, uvffi_buf *);

static void ask(entry call, const char *request, size_t length)
{
    uvffi_buf answer;
    int32_t status = call(request, length, &answer);

    if (answer.data[answer.len] != '\0' || strlen(answer.data) != answer.len) {
        fputs("the answer's length is wrong\n", stderr);
        exit(1);
    }
    printf("%d %s\n", (int)status, answer.data);
    uvffi_free(&answer);
    uvffi_free(&answer);
    if (answer.data != NULL || answer.len != 0) {
        fputs("a freed answer is not zeroed\n", stderr);
        exit(1);
    }
}

static void ask_text(entry call, const char *request)
{
    ask(call, request, strlen(request));
}

int main(int argc, char **argv)
{
    char request[4096];

    if (argc != 3) {
        fputs("usage: program ENVIRONMENT WHEEL\n", stderr);
        return 2;
    }
    if (uvffi_abi() != UVFFI_ABI) {
        fprintf(stderr, "the library has ABI %u, the header %d\n", (unsigned)uvffi_abi(), UVFFI_ABI);
        return 1;
    }
    printf("%s\n", uvffi_version());

    snprintf(request, sizeof request, "pip install --offline --no-index --python '%s' '%s'", argv[1], argv[2]);
    ask_text(uvffi_run, request);
    ask_text(uvffi_run, request);
    snprintf(request, sizeof request, "{\"query\": \"packages\", \"environment\": {\"prefix\": \"%s\"}}", argv[1]);
    ask_text(uvffi_query, request);
    ask_text(uvffi_run, "--version");
    snprintf(request, sizeof request, "pip install --offline --no-index --python '%s' missing", argv[1]);
    ask_text(uvffi_run, request);
    ask_text(uvffi_run, "pip install 'alpha");
    ask(uvffi_run, NULL, 7);

    if (uvffi_run("--version", 9, NULL) != -2) {
        fputs("an answer without a place to be did not give -2\n", stderr);
        return 1;
    }
    uvffi_free(NULL);
    printf("%d\n", (int)uvffi_shutdown(5000));
    return 0;
}
