#include "support/file_calls.hpp"

#include <sstream>
#include <stdexcept>
#include <utility>

namespace dynamo::test {

environment_changes watching(environment_changes base, const watched_files& what) {
  base["LD_PRELOAD"] = DYNAMO_FILE_CALLS;
  base["DYNAMO_FILE_CALLS_FOLDER"] = what.folder;
  base["DYNAMO_FILE_CALLS_LOG"] = what.log;
  if (what.room >= 0) base["DYNAMO_FILE_CALLS_ROOM"] = std::to_string(what.room);
  if (what.syncs >= 0) base["DYNAMO_FILE_CALLS_SYNCS"] = std::to_string(what.syncs);
  return base;
}

void forgetful_disk::add(const std::string& path, std::uint64_t length, std::string text) {
  now_[path] = std::make_shared<file>(file{length, length, std::move(text)});
  safe_[path] = now_[path];
}

void forgetful_disk::take(std::string_view line) {
  std::istringstream words{std::string(line)};
  std::string call;
  std::string path;
  words >> call >> path;
  const auto give = [&](const std::string& name, std::shared_ptr<file> what) {
    since_[name].push_back(what);
    if (what) {
      now_[name] = std::move(what);
    } else {
      now_.erase(name);
    }
  };
  const auto opened = [&]() -> file& {
    const auto found = now_.find(path);
    if (found == now_.end()) throw std::invalid_argument("a call for no file: " + call);
    return *found->second;
  };
  if (call == "open") {
    if (!now_.contains(path)) give(path, std::make_shared<file>());
  } else if (call == "write") {
    std::uint64_t count = 0;
    std::string text;
    words >> count;
    std::getline(words >> std::ws, text);
    opened().length += count;
    opened().text += text;
  } else if (call == "truncate") {
    words >> opened().length;
    opened().safe_length = std::min(opened().safe_length, opened().length);
  } else if (call == "sync") {
    opened().safe_length = opened().length;
    // Of a folder: the names in it.
    for (auto each = since_.begin(); each != since_.end();) {
      const std::string& name = each->first;
      if (name.size() <= path.size() || !name.starts_with(path) || name[path.size()] != '/') {
        ++each;
        continue;
      }
      const auto found = now_.find(name);
      if (found == now_.end()) {
        safe_.erase(name);
      } else {
        safe_[name] = found->second;
      }
      each = since_.erase(each);
    }
  } else if (call == "rename" || call == "link") {
    std::string to;
    words >> to;
    give(to, now_.at(path));
    if (call == "rename") give(path, nullptr);
  } else if (call == "unlink") {
    give(path, nullptr);
  } else {
    throw std::invalid_argument("no call that is known: " + std::string(line));
  }
}

std::vector<std::shared_ptr<const forgetful_disk::file>> forgetful_disk::candidates(
    const std::string& path) const {
  std::vector<std::shared_ptr<const file>> all;
  const auto kept = safe_.find(path);
  all.push_back(kept == safe_.end() ? nullptr : kept->second);
  if (const auto later = since_.find(path); later != since_.end())
    all.insert(all.end(), later->second.begin(), later->second.end());
  return all;
}

}  // namespace dynamo::test
