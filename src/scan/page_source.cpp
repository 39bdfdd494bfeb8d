#include "scan/coordinator.hpp"

#include <dynamo/scan/page_source.hpp>

namespace dynamo {

page_source::page_source(std::shared_ptr<backend> from, std::string table,
                         const scan_options& options, bool ahead)
    : backend_(std::move(from)),
      coordinator_(
          std::make_shared<scan::coordinator>(*backend_, std::move(table), options, ahead)) {
  coordinator_->start();
}

page_source::page_source(std::shared_ptr<backend> from, std::string table,
                         const scan_options& options, bool ahead,
                         const std::vector<segment_position>& positions)
    : backend_(std::move(from)),
      coordinator_(
          std::make_shared<scan::coordinator>(*backend_, std::move(table), options, ahead)) {
  coordinator_->go_on_from(positions);
  coordinator_->start();
}

page_source::page_source(page_source&&) noexcept = default;

page_source& page_source::operator=(page_source&& other) noexcept {
  if (this != &other) {
    if (coordinator_) coordinator_->close();
    coordinator_ = std::move(other.coordinator_);
    backend_ = std::move(other.backend_);
  }
  return *this;
}

page_source::~page_source() {
  if (coordinator_) coordinator_->close();
}

result<std::optional<page>> page_source::next() {
  return coordinator_->next();
}

void page_source::async_next(handler done) {
  coordinator_->async_next(std::move(done));
}

void page_source::cancel() {
  coordinator_->cancel();
}

scan_progress page_source::progress() const {
  return coordinator_->progress();
}

scan_summary page_source::summary() const {
  return coordinator_->summary();
}

}  // namespace dynamo
