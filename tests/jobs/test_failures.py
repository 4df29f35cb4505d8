"""Why a job failed, in sentences: from exceptions and from how a process ended."""

import errno

import pytest

from inspector.errors import Cancelled, DataError, JobError, UsageError
from inspector.jobs.failures import NO_MEMORY, OUT_OF_TIME_CODE, sentence_of, sentence_of_end


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's own."""


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (Cancelled("Enough."), ("Cancelled.", "cancelled")),
        (UsageError("No recipe."), ("No recipe.", "usage")),
        (DataError("digits.npz is empty."), ("digits.npz is empty.", "error")),
        (JobError("The converter refused it."), ("The converter refused it.", "error")),
        (JobError("It can't be run: Mmap of '5' at offset '0' failed with error '12'."), (NO_MEMORY, "error")),
        (MemoryError(), (NO_MEMORY, "error")),
        (ResourceExhaustedError("OOM when allocating tensor with shape[1000000]"), (NO_MEMORY, "error")),
        (RuntimeError("std::bad_alloc"), (NO_MEMORY, "error")),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), (NO_MEMORY, "error")),
        (
            OSError(errno.ENOSPC, "No space left on device", "x.tflite"),
            ("The disk is full. Nothing was kept; free space, then run it again.", "error"),
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/data/x.tflite"),
            ("A file can't be read or written: Permission denied (/data/x.tflite).", "error"),
        ),
        (
            ImportError("libcuda.so.1: cannot open shared object file"),
            (
                "A package that the job needs can't be loaded: libcuda.so.1: cannot open shared object file.",
                "error",
            ),
        ),
        (
            ValueError("\n\n  Shapes differ.\nTraceback ..."),
            ("ValueError: Shapes differ. Its log says where.", "error"),
        ),
        (RuntimeError(), ("RuntimeError. Its log says where.", "error")),
    ],
)
def test_an_exception_becomes_a_sentence(error: BaseException, answer: tuple[str, str]):
    assert sentence_of(error) == answer


def test_an_error_that_memory_was_the_cause_of_says_so():
    error, between = JobError("int8 can't be made."), RuntimeError("invoke failed")
    error.__cause__, between.__cause__ = between, MemoryError()
    assert sentence_of(error) == (NO_MEMORY, "error")


def test_a_page_of_text_becomes_one_line():
    sentence, _kind = sentence_of(ValueError("x" * 5000))
    assert len(sentence) < 260


@pytest.mark.parametrize(
    ("code", "log", "words"),
    [
        (-9, "", "was killed (SIGKILL), as the system does when memory runs out"),
        (-11, "", "The worker crashed (SIGSEGV): as a rule the model holds something"),
        (0xC0000005, "", "The worker crashed (SIGSEGV)"),
        (-4, "", "The worker crashed (SIGILL): TensorFlow was built for a newer processor than this one."),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n", NO_MEMORY),
        (-6, "2026-11-21 F0000 x\n", "The worker crashed (SIGABRT): TensorFlow gave up. Nothing was kept."),
        (
            -6,
            "terminate called after throwing an instance of 'std::runtime_error'\n  what():  no such kernel\n",
            "The worker crashed (SIGABRT): TensorFlow gave up: what():  no such kernel. Nothing was kept.",
        ),
        (-14, "", "took longer than its time limit"),
        (OUT_OF_TIME_CODE, "", "took longer than its time limit"),
        (-15, "", "The worker was stopped from outside (SIGTERM). Nothing was kept; run it again."),
        (1, "Traceback ...\nImportError: libfoo.so: no\n", "The worker can't start: ImportError: libfoo.so: no."),
        (3, "", "The worker stopped with exit code 3 before the job was done. Nothing was kept."),
        (0, "ValueError: odd\n", "The worker left before the job was done: ValueError: odd. Nothing was kept."),
        (-200, "", "The worker stopped with exit code -200 before the job was done. Nothing was kept."),
    ],
)
def test_the_end_of_a_process_becomes_a_sentence(code: int, log: str, words: str):
    sentence = sentence_of_end(code, log)
    assert words in sentence
    assert sentence.endswith(".")


def test_the_cause_stands_before_pythons_own_dump():
    dump = (
        "Fatal Python error: Aborted\n\nThread 0x1 (most recent call first):\n" + '  File "x.py", line 1 in f\n' * 400
    )
    words = "Check failed: ret == 0 (11 vs. 0) Thread creation via"
    fatal = f"F0000 00:00:1795246402.2 13905 env.cc:84] {words} {{}} failed.\n"
    stack = "    @     0x7f264431d314  tsl::PThread::PThread()\n" * 30
    assert sentence_of_end(-6, fatal.format("pthread_create()") + stack + dump) == NO_MEMORY
    assert f"TensorFlow gave up: {words} magic failed." in sentence_of_end(-6, fatal.format("magic") + stack + dump)
    alone = "Fatal Python error: none_dealloc: deallocating None"
    assert alone in sentence_of_end(-6, f"{alone}\n" + '  File "x.py"\n' * 9)


def test_a_word_of_long_ago_is_not_the_cause():
    old = "MemoryError of the job before\n" + "fine\n" * 2000
    assert sentence_of_end(-11, old).startswith("The worker crashed (SIGSEGV)")
