// A folder of a test's own.
#pragma once

#include "support/planted.hpp"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace dynamo::test {

/// An empty folder, removed at the end with what is in it, after a search for planted secrets.
class temporary_folder {
 public:
  temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "dynamo-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    if (!has_inputs_) expect_nothing_planted_below(path_);
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  /// There are secrets in it that the test itself put there.
  void has_inputs() { has_inputs_ = true; }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  /// Names of what is in it, sorted.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  std::string path_;
  bool has_inputs_ = false;
};

/// All of a file's contents.
[[nodiscard]] inline std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What owner, group and others may do with a file: 0600, say.
[[nodiscard]] inline unsigned mode_of(const std::string& path) {
  const auto found = std::filesystem::status(path).permissions() & std::filesystem::perms::all;
  return static_cast<unsigned>(found);
}

inline void write_file(const std::string& path, const std::string& contents) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << contents;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace dynamo::test
