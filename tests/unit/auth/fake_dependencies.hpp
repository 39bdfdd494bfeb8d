// Environment, files and time under a test's control.
#pragma once

#include "auth/environment.hpp"

#include <dynamo/core/clock.hpp>

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace dynamo::auth {

class fake_environment final : public environment {
 public:
  fake_environment() = default;
  explicit fake_environment(std::map<std::string, std::string> variables)
      : variables_(std::move(variables)) {}

  std::optional<std::string> get(const char* name) const override {
    const auto found = variables_.find(name);
    if (found == variables_.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }
  void set(const std::string& name, std::string value) { variables_[name] = std::move(value); }
  void unset(const std::string& name) { variables_.erase(name); }

 private:
  std::map<std::string, std::string> variables_;
};

/// A home directory of its own, removed at the end.
class temporary_home {
 public:
  temporary_home() {
    std::string name = (std::filesystem::temp_directory_path() / "dynamo-auth-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
    std::filesystem::create_directory(path_ / ".aws");
  }
  ~temporary_home() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_home(const temporary_home&) = delete;
  temporary_home& operator=(const temporary_home&) = delete;

  std::string path() const { return path_.string(); }
  std::string credentials_path() const { return path() + "/.aws/credentials"; }
  std::string config_path() const { return path() + "/.aws/config"; }
  void write_credentials(const std::string& text) const { write(credentials_path(), text); }
  void write_config(const std::string& text) const { write(config_path(), text); }
  static void write(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
  }

 private:
  std::filesystem::path path_;
};

class fake_clock final : public clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return {}; }
  std::chrono::system_clock::time_point wall_time() const override { return wall_; }
  bool sleep_until(std::chrono::steady_clock::time_point, std::stop_token) override {
    throw std::logic_error("nothing in this layer sleeps");
  }
  void set(std::chrono::system_clock::time_point wall) { wall_ = wall; }

 private:
  std::chrono::system_clock::time_point wall_ =
      std::chrono::sys_days(std::chrono::January / 1 / 2026);
};

}  // namespace dynamo::auth
