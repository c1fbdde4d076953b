Feature: Nothing is chosen that was not meant
  Someone who cannot correct the computer quickly must be able to trust it.

  Background:
    Given the letter board that comes with EyeComm

  Scenario: Lingering on a letter does not write it twice at once
    When I look at A for 3.5 seconds without a pause
    Then the message is "a"

  Scenario: A letter is written twice by looking away and back
    When I look at L and L
    Then the message is "ll"

  Scenario: A letter is written twice by staying on it patiently
    When I look at L for 4.0 seconds without a pause
    Then the message is "ll"

  Scenario: A board that opens under my eyes chooses nothing at once
    When I look at Yes / No for 2.9 seconds without a pause
    Then the message is ""
    And EyeComm says nothing

  Scenario: Natural blinks choose nothing, however many
    Given I choose with a held blink
    When I blink naturally 20 times at A
    Then the message is ""

  Scenario: My head drops out of the picture and comes back with shut eyes
    Given I choose with a held blink
    When I look at A for 2.0 seconds
    And my face is lost for 1.0 seconds
    And my eyes are shut for 0.8 seconds
    And I look at A for 0.5 seconds
    Then the message is ""

  Scenario: Shutting my eyes to rest chooses nothing
    Given I choose with a held blink
    When I look at A for 2.0 seconds
    And my eyes are shut for 8.0 seconds
    And I look at A for 0.5 seconds
    Then the message is ""

  Scenario: Looking down while the lids fall does not change the letter
    Given I choose with a held blink
    When I look at A for 2.0 seconds
    And I look at I for 0.1 seconds
    And my eyes are shut for 0.8 seconds
    And I look at I for 0.3 seconds
    Then the message is "a"

  Scenario: Looking or blinking, whichever comes first
    Given I choose by looking or with a held blink
    When I look at H
    And I look at I for 1.0 seconds
    And my eyes are shut for 0.8 seconds
    And I look at I for 0.5 seconds
    Then the message is "hi"

  Scenario: A cleared message waits through a useless Space and Delete
    When I look at H, I, Clear all, Space and Delete
    Then the message is ""
    When I look at Clear all
    Then the message is "hi"

  Scenario: Speaking keeps the message, so that it can be said again
    When I look at H, I, Speak and Speak
    Then the message is "hi"
    And EyeComm has said "hi" 2 times

  Scenario: Speaking nothing is harmless
    When I look at Speak
    Then EyeComm says nothing

  Scenario: A button that this version does not know is shown but does nothing
    Given a button "Magic" that would also write but does something unknown
    When I look at Magic for 10 seconds without a pause
    And my carer clicks Magic
    Then the message is ""
    And EyeComm says nothing

  Scenario: My carer clicks for me
    When my carer clicks H
    And my carer clicks I
    Then the message is "hi"
