// A checkpoint store in memory.
#pragma once

#include <dynamo/scan/checkpoint_store.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

/// Remembers every text that was saved. Thread-safe.
class memory_store final : public checkpoint_store {
 public:
  memory_store() = default;
  explicit memory_store(std::string text) : saved_{std::move(text)} {}

  [[nodiscard]] std::string name() const override { return "memory"; }
  result<void> acquire() override {
    const std::lock_guard lock(mutex_);
    if (held_) return error{.kind = errc::checkpoint, .message = "the checkpoint is in use"};
    held_ = true;
    return {};
  }
  void release() noexcept override {
    const std::lock_guard lock(mutex_);
    held_ = false;
  }
  result<std::optional<std::string>> load() const override {
    const std::lock_guard lock(mutex_);
    if (saved_.empty()) return std::optional<std::string>();
    return std::optional<std::string>(saved_.back());
  }
  result<void> save(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    saved_.emplace_back(text);
    return {};
  }

  void fail_with(std::optional<error> failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }
  [[nodiscard]] std::vector<std::string> saved() const {
    const std::lock_guard lock(mutex_);
    return saved_;
  }
  [[nodiscard]] bool is_held() const {
    const std::lock_guard lock(mutex_);
    return held_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> saved_;
  std::optional<error> failure_;
  bool held_ = false;
};

/// The answer to DescribeTable that a scan with a checkpoint asks for.
[[nodiscard]] inline std::string described_table(std::string_view name,
                                                 std::string_view created = "1700000000.5") {
  const std::string text(name);
  return R"({"Table":{"TableName":")" + text +
         R"(","TableArn":"arn:aws:dynamodb:eu-west-1:1:table/)" + text +
         R"(","TableStatus":"ACTIVE","CreationDateTime":)" + std::string(created) +
         R"(,"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
         R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}})";
}

}  // namespace dynamo::test
