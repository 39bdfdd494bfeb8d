#include "auth/exposed_keys.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace dynamo::auth {
namespace {

bool holds_keys(const config_file& file) {
  return std::ranges::any_of(file.sections, [](const auto& each) {
    return each.second.find("aws_secret_access_key") != nullptr ||
           each.second.find("aws_session_token") != nullptr;
  });
}

bool others_can_read(const std::string& path) {
  struct stat about{};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) &&
         (about.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace

std::optional<std::string> exposed_keys(const shared_files& files) {
  for (const std::optional<config_file>* file : {&files.credentials, &files.config}) {
    if (file->has_value() && holds_keys(**file) && others_can_read((*file)->path))
      return (*file)->path;
  }
  return std::nullopt;
}

}  // namespace dynamo::auth
