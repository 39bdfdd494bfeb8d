#include "auth/first_of.hpp"

#include <cstddef>
#include <utility>

namespace dynamo::auth {
namespace {

class source_list final : public credential_source {
 public:
  source_list(std::vector<std::unique_ptr<credential_source>> sources, std::string place)
      : sources_(std::move(sources)), place_(std::move(place)) {}

  void find(handler done) override { ask(0, std::move(done)); }
  std::string place() const override { return place_; }

 private:
  void ask(std::size_t index, handler done) {
    if (index == sources_.size()) return done(std::nullopt);
    // The caller of `find` keeps this object alive until the handler runs.
    sources_[index]->find([this, index, done = std::move(done)](answer found) mutable {
      if (found && !*found)
        ask(index + 1, std::move(done));
      else
        done(std::move(found));
    });
  }

  const std::vector<std::unique_ptr<credential_source>> sources_;
  const std::string place_;
};

}  // namespace

std::unique_ptr<credential_source> first_of(std::vector<std::unique_ptr<credential_source>> sources,
                                            std::string place) {
  return std::make_unique<source_list>(std::move(sources), std::move(place));
}

}  // namespace dynamo::auth
