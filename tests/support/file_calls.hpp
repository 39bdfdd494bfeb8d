// What a program did to files, call by call, and what of it a loss of power would leave.
#pragma once

#include "support/child_process.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

/// What the preloaded recorder shall do to a program.
struct watched_files {
  std::string folder{};  ///< of the files that are watched; without spaces
  std::string log{};     ///< outside that folder; appended to
  long room = -1;        ///< bytes that fit on the disk from now on; -1: any number
  long syncs = -1;       ///< that succeed before all others fail with ENOSPC; -1: all succeed
};

/// Adds the variables that load the recorder.
[[nodiscard]] environment_changes watching(environment_changes base, const watched_files& what);

/// A disk that keeps only what was waited for: contents by fsync of the file, names by fsync of the
/// folder. Takes the recorder's lines one by one and can be asked after each.
class forgetful_disk {
 public:
  struct file {
    std::uint64_t length = 0;
    std::uint64_t safe_length = 0;  ///< of `length`, what the disk has for certain
    std::string text{};             ///< of a temporary file
  };
  using names = std::map<std::string, std::shared_ptr<file>>;

  /// A file that was there before, whole.
  void add(const std::string& path, std::uint64_t length, std::string text = {});
  /// Throws std::invalid_argument for a line that is none of the recorder's.
  void take(std::string_view line);

  /// The files that may have the name `path` after a loss of power now, null for none: the one that
  /// has it on the disk, and those that got it since.
  [[nodiscard]] std::vector<std::shared_ptr<const file>> candidates(const std::string& path) const;

 private:
  names now_;
  names safe_;
  std::map<std::string, std::vector<std::shared_ptr<file>>>
      since_;  // what a name was since `safe_`
};

}  // namespace dynamo::test
