// A forked child: what reaches its parent, what it has of it, how it ends.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

#include "sim/process/child_process.h"

namespace systole {
namespace {

void write_text(int file, const std::string& text) {
  if (::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("cannot write");
}

std::string all_of(ChildProcess& child) {
  std::string text;
  while (child.read(text)) {
  }
  return text;
}

int sleep_on(int) {
  for (;;) ::pause();
}

/// Gone, or a zombie that nobody has asked for.
bool has_ended(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  return text.empty() || text.at(text.rfind(')') + 2) == 'Z';
}

void wait_for_end_of(pid_t pid) {
  for (int i = 0; i < 2000 && !has_ended(pid); ++i) ::usleep(5000);
  CHECK(has_ended(pid));
}

}  // namespace

TEST_CASE("what a child writes reaches its parent, and so does its status", "[process]") {
  const std::string text(300000, 'x');
  ChildProcess child([&](int pipe) {
    write_text(pipe, text);
    return 7;
  });
  CHECK(all_of(child) == text);
  CHECK_FALSE(child.has_ended());
  const int status = child.wait();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
  CHECK(child.has_ended());
  CHECK(child.descriptor() < 0);
}

TEST_CASE("a child that is no longer wanted is killed and leaves no zombie", "[process]") {
  pid_t pid = 0;
  {
    const ChildProcess child(sleep_on);
    pid = child.pid();
    CHECK(::kill(pid, 0) == 0);
  }
  CHECK(::kill(pid, 0) != 0);
}

TEST_CASE("a child ends by the signal that ends it", "[process]") {
  ChildProcess fallen([](int) {
    std::signal(SIGSEGV, SIG_DFL);  // the test's own handler would report it
    return std::raise(SIGSEGV);
  });
  CHECK(all_of(fallen).empty());
  const int status = fallen.wait();
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
  CHECK_FALSE(WCOREDUMP(status));
  ChildProcess thrown([](int) -> int {
    std::signal(SIGABRT, SIG_DFL);
    ::close(STDERR_FILENO);
    throw std::runtime_error("nobody catches it");
  });
  CHECK(WTERMSIG(thrown.wait()) == SIGABRT);
}

TEST_CASE("a child ends with its parent", "[process]") {
  ChildProcess parent([](int pipe) {
    const auto* child = new ChildProcess(sleep_on);  // never deleted: the parent just ends
    write_text(pipe, std::to_string(child->pid()));
    return 0;
  });
  const pid_t pid = std::stoi(all_of(parent));
  parent.wait();
  wait_for_end_of(pid);
}

TEST_CASE("a child takes no interrupt of its parent's", "[process]") {
  const auto before = std::signal(SIGINT, [](int) {});
  ChildProcess child([](int) {
    const bool has_default =
        std::signal(SIGINT, SIG_DFL) == SIG_DFL && std::signal(SIGTERM, SIG_DFL) == SIG_DFL;
    return has_default && ::getpgrp() == ::getpid() ? 0 : 1;
  });
  CHECK(child.wait() == 0);
  std::signal(SIGINT, before);
}

TEST_CASE("a child writes nothing of its parent's again and destroys nothing of it", "[process]") {
  struct Teller {
    int file;
    ~Teller() { write_text(file, "destroyed"); }
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  std::fputs("once", file.get());
  std::unique_ptr<Teller> teller;
  ChildProcess child([&](int pipe) {
    teller.reset(new Teller{pipe});
    return 0;
  });
  CHECK(all_of(child).empty());
  child.wait();
  std::fflush(file.get());
  CHECK(std::ftell(file.get()) == 4);
  ::lseek(::fileno(file.get()), 0, SEEK_END);
  CHECK(::lseek(::fileno(file.get()), 0, SEEK_CUR) == 4);
}

TEST_CASE("a child holds no file of its parent's open", "[process]") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  ChildProcess child([](int pipe) {
    write_text(pipe, "started");
    return sleep_on(pipe);
  });
  std::string started;
  child.read(started);
  CHECK(started == "started");
  ::close(ends[1]);
  char byte = 0;
  CHECK(::read(ends[0], &byte, 1) == 0);  // the end: nobody else can write
  ::close(ends[0]);
}

TEST_CASE("whoever has something to say is heard", "[process]") {
  const ChildProcess silent(sleep_on), loud([](int pipe) {
    write_text(pipe, "!");
    return 0;
  });
  std::vector<bool> readable;
  for (int i = 0; i < 100 && (readable.empty() || !readable[1]); ++i)
    readable = wait_for_any({&silent, &loud});
  CHECK(readable == std::vector<bool>{false, true});
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a child gets no more memory than it is given", "[process]") {
  constexpr uint64_t kMiB = 1 << 20;
  const auto status_within = [](uint64_t limit, uint64_t bytes) {
    ChildProcess child([&](int) {
      try {
        limit_address_space(limit);
        const std::vector<char> memory(bytes, 1);
        return memory.empty() ? 1 : 0;
      } catch (const std::bad_alloc&) {
        return 2;
      }
    });
    return WEXITSTATUS(child.wait());
  };
  const uint64_t now = address_space_bytes();
  CHECK(now > kMiB);
  CHECK(status_within(now + 256 * kMiB, 64 * kMiB) == 0);
  CHECK(status_within(now + 256 * kMiB, 512 * kMiB) == 2);
  CHECK(status_within(now / 2, 1) == 2);
}
#endif

}  // namespace systole
