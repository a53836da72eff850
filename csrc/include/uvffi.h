/* uvffi: uv's installer, resident behind a C ABI.
 *
 * This header is the only declaration of the ABI. It is C99, can be included from C++, and once the lines that
 * begin with '#' and the extern "C" braces they guard are gone, it is what cffi's cdef takes.
 *
 * Requests are UTF-8 text, not necessarily NUL-terminated, with their length in bytes: a command line, split as a
 * POSIX shell splits words (nothing is expanded), or, where the first character that is not white space is '{', JSON:
 *
 *   {"argv": ["pip", "install", "rich"],    required; a leading "uv" is dropped, in a command line too
 *    "cwd": "/some/directory",              default: the process's own
 *    "env": {"NAME": "value"},              the whole environment of the call; default: the process's own
 *    "stdin": null | "inherit" | "text",    default null: nothing to read; any other string is what is read
 *    "durable": true,                       default: by UVFFI_DURABLE; the change outlasts a power cut
 *    "expect": "digest of a plan"}          carry out what that plan showed, or refuse (plan-changed)
 *
 * Answers are JSON objects with a member "schema". A command that fails is an answer like any other, with uv's exit
 * code and its whole text. In the host uvffi prints nothing, never ends the process, installs no signal handler, and
 * changes neither the directory nor a variable. All functions may be called from any thread at any time.
 */
#ifndef UVFFI_H
#define UVFFI_H

#include <stddef.h>
#include <stdint.h>

/* Version of this ABI. It grows when a declaration below changes meaning or goes away, not when one is added. */
#define UVFFI_ABI 1

#ifdef __cplusplus
extern "C" {
#endif

/* An answer. `data` is `len` bytes of UTF-8, and a NUL after them. Filled by uvffi, freed with uvffi_free(). */
typedef struct uvffi_buf {
    char *data;
    size_t len;
} uvffi_buf;

/* The UVFFI_ABI this library was built with. Compare before the first call of anything else. */
uint32_t uvffi_abi(void);

/* The versions of uvffi and of the uv in it: "uvffi 0.1.0 (uv 0.12.5)". Never freed, never NULL. */
const char *uvffi_version(void);

/* Runs one uv command, resident where that is exact, else in a process of its own, and waits for its end; or one of
 * uvffi's own: "uvffi undo", "restore N", "doctor --fix", "shelf prune [--all]", "transaction begin|commit|rollback",
 * each with "--python X". Where one of these fails, its exit code is 1 and its "error" has one of the codes
 * nothing-to-undo, cannot-undo, unknown-generation, transaction-state, environment-locked, environment-not-found,
 * not-resident.
 *
 * What `out` held before is neither read nor freed. Returns
 *    0  the answer is in `out`, whatever the command's exit code;
 *   -1  the request did not become a command, or uvffi itself failed: `out` holds an answer whose "error" says why,
 *       with "code" one of null-pointer, bad-length (0, or more than 64 MiB), bad-utf8, bad-json, bad-request (a field
 *       unknown, missing or of the wrong type), bad-quoting, working-directory-gone, launcher-missing, spawn-failed,
 *       internal, plan-changed (nothing was done);
 *   -2  `out` is NULL: nothing was done.
 */
int32_t uvffi_run(const char *req, size_t n, uvffi_buf *out);

/* Begins what uvffi_run would do, or uvffi_query if there is a "query", and gives back its number, never 0. Fetch its
 * events until the last one, {"event": "finished", "result": ...}; the others are resolving, resolved, downloading,
 * progress, downloaded, building, built, prepared, staged, committed and output, each with fields of its own.
 */
uint64_t uvffi_start(const char *req, size_t n);

/* The next event, waited for at most `timeout_ms`. Returns 0: it is in `out`; 1: there was none in that time; -1: there
 * is no such call, or its last event was given (`out` holds an error, no-such-call); -2: `out` is NULL.
 */
int32_t uvffi_wait(uint64_t call, uint32_t timeout_ms, uvffi_buf *out);

/* Has a call end without changing anything (the Child: anything more); its last event still comes, with the error
 * "cancelled". Returns 0, or 1 if it is committing and ends by itself or has ended, or -1 if there is no such call.
 */
int32_t uvffi_cancel(uint64_t call);

/* Answers a question without changing anything (but "trace": what is told, and where). Always JSON:
 *
 *   {"query": "packages", "environment": E}    what is installed; E: {"python": "..."} | {"prefix": "..."} | null
 *   {"query": "changes", "site_packages": "/...", "since": N}   what changed there after generation N of it
 *   {"query": "plan", "argv": [...]}           what uvffi_run would do; "cwd", "env", "stdin" as there
 *   {"query": "history" | "shelf" | "doctor", "environment": E}   what can be undone, what is kept, what is amiss
 *   {"query": "status"} | {"query": "trace"} | {"query": "spans"}   the engine; what is told of calls; what was told
 *   {"query": "settings", "argv": [...]}       the resolved settings of a command, as text
 *
 * Returns as uvffi_run; codes of its own are environment-not-found, site-packages-unreadable, history-unreadable,
 * trace-unwritable and cache.
 */
int32_t uvffi_query(const char *req, size_t n, uvffi_buf *out);

/* Tells that distributions may have changed on disk. A hint: the engine reads these names again before it next uses
 * them, and would have seen the change without it. Always JSON:
 *
 *   {"installed": ["name", ["name", "version"]], "removed": ["name"],    default: none
 *    "site_packages": "/..." | null,                                     default: all that the engine knows
 *    "forget": true}                                                     instead of names: everything known of it
 *
 * The answer says which names and roots were marked. Returns as uvffi_run; malformed names are a bad-request.
 */
int32_t uvffi_patch(const char *delta, size_t n, uvffi_buf *out);

/* Frees an answer and zeroes `buf`: a second call on the same struct does nothing, nor does one on NULL. */
void uvffi_free(uvffi_buf *buf);

/* Lets the engine's calls end, for at most `timeout_ms`, and gives back what it keeps warm. The next call starts it
 * anew. Returns 0 once all is at rest, 1 if some call was still running, -1 if uvffi itself failed.
 */
int32_t uvffi_shutdown(uint32_t timeout_ms);

/* All of uv: takes over standard streams, signals and the environment, may end the process, and must run on the main
 * thread of a process that has no other. For uvffi's launcher; in a host use uvffi_run. Returns uv's exit code. With
 * `argc` 0 it is the server that uvffi_run keeps for this.
 */
int32_t uvffi_main(int32_t argc, const char *const *argv);

#ifdef __cplusplus
}
#endif

#endif
