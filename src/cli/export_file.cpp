#include "cli/export_file.hpp"

#include <dynamo/sink/checkpoint_file.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

namespace dynamo::cli {
namespace {

std::string checkpoint_of(const export_command& what) {
  return what.file + ".checkpoint";
}

error file_error(std::string message, errc kind = errc::io) {
  error failure;
  failure.kind = kind;
  failure.message = std::move(message);
  return failure;
}

void advise_force(error& failure, const export_command& what) {
  std::error_code unknown;
  if (failure.kind == errc::io && !what.force &&
      std::filesystem::is_regular_file(what.file, unknown)) {
    failure.message += "; choose another file, or replace it with --force";
  }
}

// A checkpoint that was kept would refer to the partial file of another export.
result<void> remove_checkpoint(const export_command& what) {
  const std::string path = checkpoint_of(what);
  std::error_code failed;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, failed))) return {};
  if (!what.force) {
    return file_error("cannot start the export: '" + path +
                      "' belongs to an export with --resume; resume that, or start again with "
                      "--force");
  }
  const auto store = checkpoint_file(path);
  if (auto taken = store->acquire(); !taken) return taken;
  const bool removed = std::filesystem::remove(path, failed);
  store->release();
  if (!removed) return file_error("cannot remove '" + path + "': " + failed.message());
  return {};
}

}  // namespace

result<output_file> open_target(const export_command& what, const console& on) {
  if (what.file == "-") {
    return output_file::on_descriptor(on.out, "standard output", {.stop = on.stop});
  }
  if (auto removed = remove_checkpoint(what); !removed) return std::move(removed).error();
  auto opened = output_file::try_create(what.file, {.replace = what.force, .stop = on.stop});
  if (!opened) advise_force(opened.error(), what);
  return opened;
}

resumable_target::resumable_target(const export_command& what)
    : what_(what),
      checkpoint_path_(checkpoint_of(what)),
      checkpoint_(checkpoint_file(checkpoint_path_)) {}

result<void> resumable_target::check() const {
  std::error_code unknown;
  const auto about = std::filesystem::status(what_.file, unknown);
  if (!std::filesystem::exists(about) || std::filesystem::is_regular_file(about)) return {};
  return file_error("cannot export to '" + what_.file +
                    "' with --resume: it is not a regular file; name another file, or leave out "
                    "--resume");
}

// The format of the items: a resumed export must append in the same format.
std::string resumable_target::manner() const {
  switch (what_.format) {
    case item_format::dynamodb_json:
      return "dynamodb-json";
    case item_format::json:
      return "json";
    case item_format::csv:
      return fmt::format("csv {}", fmt::join(what_.columns, ","));
  }
  return "";
}

std::string resumable_target::note() {
  file_->sync();
  return fmt::format("{} {}", whole_, manner());
}

result<std::uint64_t> resumable_target::length_in(const std::string& note) const {
  std::uint64_t length = 0;
  const char* const end = note.data() + note.size();
  const auto [last, failure] = std::from_chars(note.data(), end, length);
  if (failure != std::errc{} || last == end || *last != ' ') {
    return file_error("the checkpoint '" + checkpoint_path_ +
                          "' does not belong to an export: choose another file",
                      errc::checkpoint);
  }
  const std::string_view kept(last + 1, end);
  if (kept != manner()) {
    return file_error(fmt::format("the checkpoint '{}' belongs to an export as {}, not as {}: use "
                                  "the same options, or delete it to start again",
                                  checkpoint_path_, kept, manner()),
                      errc::checkpoint);
  }
  return length;
}

// The path that `output_file` uses: beside the target of a symbolic link.
std::string resumable_target::partial() const {
  std::error_code failed;
  const auto real = std::filesystem::canonical(what_.file, failed);
  return (failed ? what_.file : real.string()) + ".partial";
}

result<bool> resumable_target::is_finished(const std::optional<resumed_scan>& before) const {
  std::error_code unknown;
  // A complete checkpoint with a partial file: a crash came between the last save and the rename.
  if (!before || !before->complete || std::filesystem::exists(partial(), unknown)) return false;
  if (std::filesystem::exists(what_.file, unknown)) {
    auto length = length_in(before->note);
    if (!length) return std::move(length).error();
    if (std::filesystem::file_size(what_.file, unknown) == *length) return true;
    return file_error("the export is complete, but '" + what_.file +
                      "' has changed since: delete '" + checkpoint_path_ + "' to export again");
  }
  return file_error("the export is complete, but '" + what_.file + "' no longer exists: delete '" +
                    checkpoint_path_ + "' to export again");
}

result<void> resumable_target::open(const std::optional<resumed_scan>& before, const console& on) {
  output_file_options options{.replace = what_.force, .stop = on.stop, .keep_partial = true};
  if (before) {
    auto length = length_in(before->note);
    if (!length) return std::move(length).error();
    kept_ = whole_ = *length;
    options.resume_at = kept_;
  }
  auto opened = output_file::try_create(what_.file, options);
  if (!opened) {
    error failure = std::move(opened).error();
    advise_force(failure, what_);
    if (before) {
      failure.message +=
          "; '" + checkpoint_path_ + "' contains its position: delete both to start again";
    }
    return failure;
  }
  file_.emplace(*std::move(opened));
  return {};
}

}  // namespace dynamo::cli
