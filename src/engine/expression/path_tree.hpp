// The paths of a projection or an update, as one tree.
#pragma once

#include "engine/expression/document_path.hpp"

#include <dynamo/value/item.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// One step, and the continuations of the paths that contain it. An end has no children. Children
/// are all names or all indexes, in order.
struct path_branch {
  path_step step{};
  std::size_t end = 0;  ///< for an end: the number of its path
  std::vector<path_branch> children{};

  [[nodiscard]] bool is_end() const noexcept { return children.empty(); }
  [[nodiscard]] bool is_list() const noexcept {
    return !is_end() && children.front().step.is_index;
  }
  /// Null if no path continues with this member.
  [[nodiscard]] const path_branch* find(std::string_view name) const noexcept;
};

/// Paths none of which is a prefix of another, and that agree on which values are lists and which
/// are maps. A value; reading is thread-safe.
class path_tree {
 public:
  /// Refuses a path that overlaps or conflicts with an earlier one. Paths are numbered from 0 in
  /// the order in which they are added.
  void add(document_path path, std::string_view role);

  /// Represents the item: its children are attributes.
  [[nodiscard]] const path_branch& root() const noexcept { return root_; }
  [[nodiscard]] const std::vector<document_path>& paths() const noexcept { return paths_; }
  [[nodiscard]] std::vector<std::string_view> top_level_names() const;

  /// Appends the item's values at the paths as an object in DynamoDB JSON. Selected list elements
  /// are moved together.
  void append_selection(std::string& out, const item& of) const;

 private:
  path_branch root_{};
  std::vector<document_path> paths_;
};

}  // namespace dynamo::engine
