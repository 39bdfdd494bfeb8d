// Exports with --resume, from a server whose answers a test times, and what they leave.
#pragma once

#include "integration/tool/tool_run.hpp"
#include "support/loopback_server.hpp"
#include "support/memory_store.hpp"
#include "support/scripted_backend.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::test {

/// A table whose segments have pages of unequal numbers of items, on a server of its own.
class paged_server {
 public:
  paged_server(std::size_t items, std::size_t page_size) {
    std::mt19937 random(7);
    pages_.resize(segments);
    std::size_t made = 0;
    while (made < items) {
      const std::size_t count = std::min(items - made, random() % (2 * page_size + 1));
      std::vector<std::string> page;
      for (std::size_t i = 0; i < count; ++i) {
        all_.push_back(R"({"id":{"S":")" + std::to_string(made + i) + R"("},"text":{"S":")" +
                       std::string(random() % 60, 'x') + "\"}}");
        page.push_back(all_.back());
      }
      made += count;
      pages_[random() % segments].push_back(std::move(page));
    }
    // Segments may be empty, and so may a last page.
    for (auto& each : pages_) each.emplace_back();
    std::ranges::sort(all_);
    server_.emplace([this](const received_request& request) { return answer(request); });
  }

  [[nodiscard]] std::string url() const { return server_->url(); }
  /// Sorted, one a line.
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const std::string& each : all_) sum += each.size() + 1;
    return sum;
  }
  /// Runs the tool to its end, or until it is killed: `delay` after the request that comes behind
  /// `requests` others.
  ended_process run(const std::vector<std::string>& arguments, std::size_t requests,
                    std::chrono::microseconds delay, const environment_changes& with) {
    child_process process(tool_command(arguments), with);
    {
      const std::lock_guard lock(mutex_);
      victim_ = &process;
      delay_ = delay;
      left_ = requests + 1;
    }
    process.wait_for_end();
    {
      const std::lock_guard lock(mutex_);
      victim_ = nullptr;
    }
    return process.wait();
  }

  static constexpr std::size_t segments = 5;

 private:
  script answer(const received_request& request) {
    kill_if_due();
    if (request.headers.at("x-amz-target").ends_with("DescribeTable")) {
      return respond(200, described_table("users"));
    }
    const std::size_t segment = number_behind(request.body, R"("Segment":)");
    const std::size_t page = number_behind(request.body, R"({"page":{"N":")");
    const auto& of = pages_[segment];
    const std::string key =
        page + 1 < of.size() ? R"({"page":{"N":")" + std::to_string(page + 1) + "\"}}" : "";
    return respond(200, page_body(of[page], key));
  }
  // While the answer is held back, the tool is busy with the ones before.
  void kill_if_due() {
    const std::lock_guard lock(mutex_);
    if (victim_ == nullptr || left_ == 0 || --left_ != 0) return;
    const auto until = std::chrono::steady_clock::now() + delay_;
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    victim_->send(SIGKILL);
  }
  static std::size_t number_behind(const std::string& body, std::string_view what) {
    const std::size_t at = body.find(what);
    return at == std::string::npos ? 0 : std::stoul(body.substr(at + what.size()));
  }

  std::vector<std::vector<std::vector<std::string>>> pages_;
  std::vector<std::string> all_;
  std::mutex mutex_;
  const child_process* victim_ = nullptr;
  std::chrono::microseconds delay_{};
  std::size_t left_ = 0;
  std::optional<loopback_server> server_;  // last: it ends first
};

/// Sorted.
inline std::vector<std::string> sorted_lines(const std::string& path) {
  std::vector<std::string> lines;
  const std::string text = contents_of(path);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  std::ranges::sort(lines);
  return lines;
}

inline std::vector<std::string> export_arguments(const std::string& file) {
  return {"export",     "users",
          "-o",         file,
          "--segments", std::to_string(paged_server::segments),
          "--resume",   "--checkpoint-interval",
          "0"};
}

/// The length that a checkpoint's text says the partial file has.
inline std::uint64_t kept_length(const std::string& text) {
  const std::string_view note = R"("note":")";
  return std::stoull(text.substr(text.find(note) + note.size()));
}

}  // namespace dynamo::test
