// Scans that deliver to receivers, ended from each place at moments that a seed decides.
#include "unit/process/scan_faults.hpp"

#include <dynamo/dynamo.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <thread>

namespace process_scan_faults_test {

using namespace dynamo;
using namespace dynamo::test::faults;
using namespace std::chrono_literals;

TEST_F(scan_faults, nothing_happens) {
  repeat(
      [](round_of& round) {
        mailbox<seat_message> inbox(round.box);
        const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
        listener hears;
        round_of::empty(inbox, hears);
        hears.expect_whole(task);
        EXPECT_TRUE(task.try_wait());
        return false;
      },
      0);
}

TEST_F(scan_faults, a_segment_fails) {
  repeat(
      [](round_of& round) {
        mailbox<seat_message> inbox(round.box);
        const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
        listener hears;
        round_of::empty(inbox, hears);
        hears.expect_whole(task);
        EXPECT_EQ(hears.kind_or(errc::cancelled), errc::access_denied);
        EXPECT_EQ(task.summary().end, scan_end::failed);
        return hears.failure() && hears.failure()->segment;
      },
      rounds, true);
}

TEST_F(scan_faults, the_receiver_is_destroyed) {
  repeat([](round_of& round) {
    std::optional<mailbox<seat_message>> inbox(std::in_place, round.box);
    const scan_task task = round.table->stream_scan_to_process(*inbox, round.scan);
    listener hears;
    round.reach_the_moment(*inbox, hears);
    inbox.reset();
    expect_complete_or_without_receiver(task);
    EXPECT_LE(hears.items(), task.summary().items);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_receiver_is_closed_by_another_thread) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    std::jthread closes([&] {
      round.pause();
      inbox.close();
    });
    if (round.before_all) closes.join();
    round_of::empty(inbox, hears);
    expect_complete_or_without_receiver(task);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_task_is_cancelled) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    round.reach_the_moment(inbox, hears);
    task.cancel();
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    EXPECT_EQ(hears.kind_or(errc::cancelled), errc::cancelled);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_task_is_cancelled_by_another_thread) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    std::jthread cancels([&] {
      round.pause();
      task.cancel();
    });
    if (round.before_all) cancels.join();
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, a_stop_is_requested) {
  repeat([](round_of& round) {
    std::stop_source stop;
    round.scan.stop = stop.get_token();
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    std::jthread stops([&] {
      round.pause();
      stop.request_stop();
    });
    if (round.before_all) stops.join();
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    EXPECT_EQ(hears.kind_or(errc::cancelled), errc::cancelled);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_deadline_passes) {
  repeat([](round_of& round) {
    const auto left = std::chrono::microseconds(round.pick(0, 1500));
    round.scan.deadline = std::chrono::steady_clock::now() + left;
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    if (round.before_all) {
      EXPECT_FALSE(task.try_wait()) << "nobody makes room";
    }
    round.reach_the_moment(inbox, hears);
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    EXPECT_EQ(hears.kind_or(errc::deadline_exceeded), errc::deadline_exceeded);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_task_ends) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    listener hears;
    {
      const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
      round.reach_the_moment(inbox, hears);
    }
    round_of::empty(inbox, hears);
    EXPECT_EQ(hears.ends(), 1);
    EXPECT_EQ(hears.kind_or(errc::cancelled), errc::cancelled);
    return hears.failure().has_value();
  });
}

TEST_F(scan_faults, task_and_receiver_end_in_either_order_and_at_once) {
  repeat([](round_of& round) {
    std::optional<mailbox<seat_message>> inbox(std::in_place, round.box);
    std::optional<scan_task> task = round.table->stream_scan_to_process(*inbox, round.scan);
    listener hears;
    round.reach_the_moment(*inbox, hears);
    std::jthread ends([&] { task.reset(); });
    if (round.pick(0, 1) == 0) std::this_thread::yield();
    inbox.reset();
    return true;
  });
}

}  // namespace process_scan_faults_test
